//! # Enclaves pallet
//!
//! Tier Attested. Governance trusts vendors' roots; anybody hands in what the vendors sign about their machines; a
//! model's owner makes policies, which say what enclaves may run the model; a provider's enclave attests its key once,
//! and that is a session. An inference is attested when a session's key signed its receipt, and the session's facts
//! are still good by what governance, the policy's owner and the vendors say now.
//!
//! | module | what lives there |
//! |---|---|
//! | [`types`] | what is stored, and what calls take |
//! | `roots` | roots, switches, parameters, revocations: what governance owns |
//! | `collateral` | what vendors sign about machines: lists, TCB info, identities, chip keys |
//! | `policies` | policies, and how they narrow |
//! | `evidence` | from bytes to facts |
//! | `appraise` | whether facts are good |
//! | `sessions` | registering, renewing, ending, removing |
//! | `judge` | from a receipt to a verdict |
//!
//! What evidence binds is in [`assay_primitives::attestation`]; what is verified, and how, in [`assay_tee`].
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod appraise;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod collateral;
mod evidence;
mod judge;
mod policies;
mod roots;
mod sessions;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
pub mod types;
pub mod weights;

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use weights::WeightInfo;

/// The pallet's declarations.
#[frame_support::pallet]
pub mod pallet {
    use super::{types::*, WeightInfo};
    use alloc::{vec, vec::Vec};
    use assay_primitives::{AccountId32, BlockNumber, ModelId, ModelOwners, H256};
    use assay_tee::{
        dcap::{QeIdentity, TcbInfo},
        Crl,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, ConstBool, Footprint, UnixTime},
    };
    use frame_system::pallet_prelude::*;
    use sp_core::Bytes;

    /// Version of the storage's layout.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the pallet needs of a runtime.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
        /// Who owns which model.
        type Models: ModelOwners;
        /// Whether this is a development network: only there may a root be simulated.
        type IsDevelopment: Get<bool>;
        /// The time.
        type Time: UnixTime;
        /// Least seconds between blocks.
        #[pallet::constant]
        type BlockSeconds: Get<u64>;
        /// Reasons for holds of the whole runtime.
        type RuntimeHoldReason: From<HoldReason>;
        /// Price of storage.
        type Deposit: Consideration<AccountId32, Footprint>;
        /// Blocks after which nothing can refer to an ended policy or session any more: the longest that a payment can
        /// stay open.
        #[pallet::constant]
        type Retention: Get<BlockNumber>;
        /// Who adds roots, and switches them on.
        type RootOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who switches roots off.
        type DisableRootOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who switches kinds and products on.
        type KindOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who switches kinds and products off.
        type DisableKindOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who asks less of every session.
        type ParametersOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who asks more of every session.
        type TightenParametersOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who revokes keys, programs, machines and roots.
        type RevokeOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who reinstates them.
        type ReinstateOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Weights.
        type WeightInfo: WeightInfo;
        /// What benchmarks need besides.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: crate::benchmarking::BenchmarkHelper;
    }

    /// Why money is on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Deposit for a policy, a session or a chip key.
        #[codec(index = 0)]
        Deposit,
    }

    /// Roots that governance trusts.
    #[pallet::storage]
    pub type Roots<T: Config> = StorageMap<_, Identity, RootId, Root>;

    /// Whether sessions of a kind count.
    #[pallet::storage]
    pub type KindSwitches<T: Config> = StorageMap<_, Twox64Concat, Kind, bool, ValueQuery, ConstBool<true>>;

    /// Whether sessions on a processor line of AMD's count; where nothing is said, all but Milan, whose root seed
    /// software can extract (arXiv 2605.12990).
    #[pallet::storage]
    pub type ProductSwitches<T: Config> = StorageMap<_, Twox64Concat, Product, bool>;

    /// Revocation lists of roots, about the authorities and signers right under them.
    #[pallet::storage]
    pub type RootCrls<T: Config> = StorageMap<_, Identity, RootId, Crl>;

    /// Revocation lists of Intel's authorities, about platforms.
    #[pallet::storage]
    pub type PckCrls<T: Config> = StorageDoubleMap<_, Identity, RootId, Identity, AuthorityId, Crl>;

    /// Ratings of Intel's platform families, by root, kind and FMSPC.
    #[pallet::storage]
    pub type TcbInfos<T: Config> = StorageNMap<
        _,
        (NMapKey<Identity, RootId>, NMapKey<Twox64Concat, Kind>, NMapKey<Twox64Concat, [u8; 6]>),
        TcbInfo,
    >;

    /// Identities of Intel's quoting enclaves, by root and kind.
    #[pallet::storage]
    pub type QeIdentities<T: Config> = StorageDoubleMap<_, Identity, RootId, Twox64Concat, Kind, QeIdentity>;

    /// Chip keys of AMD processors, by root, chip and firmware version.
    #[pallet::storage]
    pub type ChipKeys<T: Config> =
        StorageDoubleMap<_, Identity, RootId, Blake2_128Concat, ChipKeyId, ChipKey<T::Deposit>>;

    /// Policies.
    #[pallet::storage]
    pub type Policies<T: Config> = StorageMap<_, Identity, PolicyId, Policy<T::Deposit>>;

    /// The policies' terms as they are now.
    #[pallet::storage]
    pub type PolicyTerms<T: Config> = StorageMap<_, Identity, PolicyId, Conditions>;

    /// Sessions by policy and key.
    #[pallet::storage]
    pub type Sessions<T: Config> =
        StorageDoubleMap<_, Identity, PolicyId, Blake2_128Concat, ReceiptKey, Session<T::Deposit>>;

    /// What the sessions' evidence said.
    #[pallet::storage]
    pub type Facts<T: Config> = StorageDoubleMap<_, Identity, PolicyId, Blake2_128Concat, ReceiptKey, SessionFacts>;

    /// What is revoked, and since which block.
    #[pallet::storage]
    pub type Revoked<T: Config> = StorageMap<_, Blake2_128Concat, Target, BlockNumber>;

    /// What every session must be.
    #[pallet::storage]
    pub type SettingsOf<T: Config> = StorageValue<_, Parameters, ValueQuery, DefaultParameters>;

    /// What every session must be unless governance said otherwise.
    #[pallet::type_value]
    pub fn DefaultParameters() -> Parameters {
        Parameters {
            min_evaluation_number: 0,
            statuses: BoundedVec::truncate_from(vec![
                TcbStatus::UpToDate,
                TcbStatus::Unrated,
                TcbStatus::SwHardeningNeeded,
            ]),
            denied_advisories: BoundedVec::new(),
            flags: PlatformFlags::ALL,
            nonce_blocks: 100,
            max_session_seconds: 30 * 24 * 3_600,
            max_evidence_age: 300,
        }
    }

    /// Counts what may make sessions bad: those last looked at in another epoch are looked at again.
    #[pallet::storage]
    pub type Epoch<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// Roots that the chain starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whose, the certificate in DER, AMD's ASK, and whether everybody may have its key.
        pub roots: Vec<(Authority, Bytes, Option<Bytes>, bool)>,
        /// Names the runtime.
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            for (authority, certificate, intermediate, simulated) in self.roots.clone() {
                let intermediate = intermediate.map(|Bytes(der)| Pallet::<T>::bounded_der(der));
                let added = Pallet::<T>::bounded_der(certificate.0)
                    .and_then(|certificate| Ok((certificate, intermediate.transpose()?)))
                    .map_err(DispatchError::from)
                    .and_then(|(root, below)| Pallet::<T>::do_add_root(authority, root, below, simulated));
                if let Err(why) = added {
                    panic!("this genesis is refused: a root of {authority:?}: {why:?}");
                }
            }
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A root is trusted from now on.
        RootAdded {
            /// SHA-256 of its certificate.
            root: RootId,
            /// Whose it is.
            authority: Authority,
            /// Whether everybody may have its key.
            simulated: bool,
        },
        /// A root was switched on or off.
        RootSwitched {
            /// Its id.
            root: RootId,
            /// Whether it counts.
            enabled: bool,
        },
        /// A kind was switched on or off.
        KindSwitched {
            /// Which.
            kind: Kind,
            /// Whether it counts.
            enabled: bool,
        },
        /// A processor line of AMD's was switched on or off.
        ProductSwitched {
            /// Which.
            product: Product,
            /// Whether it counts.
            enabled: bool,
        },
        /// Every session must be something else.
        ParametersChanged {
            /// What holds from now on.
            parameters: Parameters,
        },
        /// Something counts for nothing any more.
        TargetRevoked {
            /// What.
            target: Target,
        },
        /// Something counts again.
        TargetReinstated {
            /// What.
            target: Target,
        },
        /// A root's revocation list was renewed.
        RootCrlUpdated {
            /// The root.
            root: RootId,
            /// Unix second of its thisUpdate.
            from: u64,
            /// Last unix second at which it is good.
            until: u64,
        },
        /// The revocation list of an authority of Intel's was renewed.
        PckCrlUpdated {
            /// The root.
            root: RootId,
            /// The authority.
            authority: AuthorityId,
            /// Unix second of its thisUpdate.
            from: u64,
            /// Last unix second at which it is good.
            until: u64,
        },
        /// The rating of a platform family was renewed.
        TcbInfoUpdated {
            /// The root.
            root: RootId,
            /// The kind.
            kind: Kind,
            /// The family.
            fmspc: [u8; 6],
            /// Number of the rating.
            evaluation_number: u32,
            /// Last unix second at which it is good.
            until: u64,
        },
        /// The identity of a quoting enclave was renewed.
        QeIdentityUpdated {
            /// The root.
            root: RootId,
            /// The kind.
            kind: Kind,
            /// Number of the rating.
            evaluation_number: u32,
            /// Last unix second at which it is good.
            until: u64,
        },
        /// A chip key is known.
        ChipKeySubmitted {
            /// The root.
            root: RootId,
            /// keccak256 of the chip's id, and the firmware version.
            chip: ChipKeyId,
            /// Who handed it in, and paid the deposit.
            submitter: AccountId32,
        },
        /// A chip key was removed.
        ChipKeyRemoved {
            /// The root.
            root: RootId,
            /// keccak256 of the chip's id, and the firmware version.
            chip: ChipKeyId,
        },
        /// A policy was made.
        PolicyCreated {
            /// Its id.
            policy: PolicyId,
            /// Its model.
            model: ModelId,
            /// Its owner.
            owner: AccountId32,
        },
        /// A policy accepts less than before.
        PolicyNarrowed {
            /// Its id.
            policy: PolicyId,
            /// What was taken away.
            narrowing: Narrowing,
        },
        /// A policy takes no new payments and no new sessions.
        PolicyEnded {
            /// Its id.
            policy: PolicyId,
        },
        /// An ended policy was removed.
        PolicyRemoved {
            /// Its id.
            policy: PolicyId,
        },
        /// An enclave's key may sign receipts.
        SessionRegistered {
            /// The policy.
            policy: PolicyId,
            /// The key.
            key: ReceiptKey,
            /// Who may earn with it.
            provider: AccountId32,
            /// Kind of environment.
            kind: Kind,
            /// On which machine.
            platform: PlatformId,
            /// Last unix second at which it is good.
            expires: u64,
        },
        /// A session takes no new payments.
        SessionEnded {
            /// The policy.
            policy: PolicyId,
            /// The key.
            key: ReceiptKey,
        },
        /// A session that was over was removed.
        SessionRemoved {
            /// The policy.
            policy: PolicyId,
            /// The key.
            key: ReceiptKey,
        },
    }

    /// Why a call, or a receipt at tier Attested, was refused.
    #[pallet::error]
    pub enum Error<T> {
        /// A root whose key everybody may have, on a network that is not for development.
        SimulatedRoot,
        /// This root exists already.
        RootExists,
        /// There is no such root.
        UnknownRoot,
        /// The root does not count now.
        RootDisabled,
        /// The root is of an authority that attests or signs no such thing.
        WrongAuthority,
        /// AMD's roots come with an intermediate certificate, the others without.
        WrongIntermediate,
        /// Sessions of this kind do not count now.
        KindDisabled,
        /// Sessions on this processor line do not count now.
        ProductDisabled,
        /// The chip key is of another processor line than the root.
        WrongProduct,
        /// A parameter lies outside its bounds, or asks for block hashes that are gone.
        BadParameters,
        /// This is revoked already.
        AlreadyRevoked,
        /// This is not revoked.
        NotRevoked,
        /// What is stored is as new, or newer.
        NotNewer,
        /// There is no revocation list of the root or of the platform's authority.
        MissingCrl,
        /// There is no TCB info of this kind for the platform's family.
        MissingTcbInfo,
        /// There is no identity of this kind's quoting enclave.
        MissingQeIdentity,
        /// There is no chip key for the report's chip and firmware version.
        MissingChipKey,
        /// Only who handed it in, the policy's or model's owner, or the session's provider may do this.
        NotOwner,
        /// There is no such model.
        UnknownModel,
        /// The terms contradict themselves or can never be met.
        BadTerms,
        /// This policy exists already.
        PolicyExists,
        /// There is no such policy.
        UnknownPolicy,
        /// The policy is ended.
        PolicyEnded,
        /// The policy is not good yet.
        PolicyEarly,
        /// The policy is past its sunset.
        PolicySunset,
        /// The policy takes new payments: end it first.
        PolicyInUse,
        /// The policy has sessions: remove them first.
        PolicyHasSessions,
        /// The policy is about another model.
        WrongModel,
        /// That would take nothing away, or the last that there is.
        NotNarrower,
        /// Payments that refer to it may still be open.
        TooEarly,
        /// The evidence binds no block of this chain that is known here.
        UnknownBlock,
        /// The block that the evidence binds is too old.
        StaleBlock,
        /// The block that the evidence binds is not there yet.
        FutureBlock,
        /// The key is another provider's session under this policy.
        KeyTaken,
        /// The evidence binds something else: another chain, policy, account, key or block.
        WrongBinding,
        /// The document's public key is not the session's.
        WrongPublicKey,
        /// The document's nonce is not the block's hash.
        WrongNonce,
        /// The evidence was made too long ago.
        EvidenceTooOld,
        /// The session would not expire later than the one that is there.
        NotLater,
        /// What was measured is not what the policy accepts.
        UnlistedMeasurement,
        /// The policy does not accept the platform's TCB status.
        StatusNotAccepted,
        /// Governance does not accept the platform's TCB status.
        StatusNotAllowed,
        /// An advisory that the policy or governance denies applies to the platform.
        AdvisoryDenied,
        /// The platform was rated by a rating that is too old.
        EvaluationTooLow,
        /// The platform has what the policy or governance forbids.
        FlagForbidden,
        /// The policy does not allow this platform.
        PlatformNotAllowed,
        /// The policy denies this platform.
        PlatformDenied,
        /// The key was revoked.
        KeyRevoked,
        /// The program was revoked.
        ProgramRevoked,
        /// The enclave's signer was revoked.
        SignerRevoked,
        /// The platform was revoked.
        PlatformRevoked,
        /// The platform's family was revoked.
        FmspcRevoked,
        /// The root was revoked.
        RootRevoked,
        /// There is no such session.
        UnknownSession,
        /// The session is over.
        SessionExpired,
        /// The session's provider ended it.
        SessionEnded,
        /// The session is another provider's.
        WrongProvider,
        /// At this tier there is nothing but the signature.
        UnexpectedMaterial,
        /// The signature over the receipt is none.
        BadReceiptSignature,
        /// Longer than the bound for its kind, or holding more items than one may.
        TooLong,
        /// Not of the form that its format prescribes.
        Malformed,
        /// Of an unknown version, key type, vendor or algorithm.
        Unsupported,
        /// The enclave or machine can be inspected or changed from outside.
        DebugEnclave,
        /// The enclave's attributes have a bit that no use here allows.
        BadAttributes,
        /// A certificate, list or document is not valid yet.
        NotYetValid,
        /// A certificate, list or document is not valid any more.
        NoLongerValid,
        /// A signature in the evidence or collateral does not verify.
        BadSignature,
        /// The certificates do not lead to the root.
        BrokenChain,
        /// A certificate does what it may not do.
        WrongUsage,
        /// A certificate or list has a critical extension that is unknown here.
        UnknownExtension,
        /// A certificate is on the revocation list.
        CertificateRevoked,
        /// The collateral is for another kind, platform family or authority.
        WrongCollateral,
        /// The quoting enclave is not the one that its identity describes.
        WrongQuotingEnclave,
        /// The TDX module is not one that the TCB info describes.
        UnknownModule,
        /// The platform is below every TCB level.
        NoTcbLevel,
        /// The vendor has revoked the platform's TCB level.
        TcbRevoked,
        /// The report is of another chip or firmware than the chip key.
        WrongChip,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            let most = T::BlockWeights::get()
                .get(DispatchClass::Normal)
                .max_extrinsic
                .expect("normal extrinsics have a limit");
            let weight = Pallet::<T>::heaviest_registration();
            assert!(weight.all_lte(most), "enclaves: the dearest evidence cannot fit a block: {weight:?} of {most:?}");
            let hashes = T::BlockHashCount::get();
            assert!(
                BlockNumberFor::<T>::from(DefaultParameters::get().nonce_blocks) <= hashes,
                "enclaves: evidence may bind blocks whose hashes are gone: {hashes:?} are kept"
            );
            assert!(T::BlockSeconds::get() > 0, "enclaves: blocks take time");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Trusts a root: its certificate in DER, and AMD's ASK, which the root must have issued.
        ///
        /// Origin: `RootOrigin`. Errors: `SimulatedRoot`, `RootExists`, `WrongIntermediate`, and those of a certificate.
        /// Emits `RootAdded`.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::add_root())]
        pub fn add_root(
            origin: OriginFor<T>,
            authority: Authority,
            certificate: Der,
            intermediate: Option<Der>,
            simulated: bool,
        ) -> DispatchResult {
            T::RootOrigin::ensure_origin(origin)?;
            Self::do_add_root(authority, certificate, intermediate, simulated)
        }

        /// Switches a root on or off. What was attested under one that is off counts for nothing, open payments' sessions
        /// too.
        ///
        /// Origin: `RootOrigin` to switch it on, `DisableRootOrigin` to switch it off. Errors: `UnknownRoot`. Emits
        /// `RootSwitched`.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::set_root_enabled())]
        pub fn set_root_enabled(origin: OriginFor<T>, root: RootId, enabled: bool) -> DispatchResult {
            if enabled {
                T::RootOrigin::ensure_origin(origin)?;
            } else {
                T::DisableRootOrigin::ensure_origin(origin)?;
            }
            Self::do_set_root_enabled(root, enabled)
        }

        /// Switches a kind on or off, at once.
        ///
        /// Origin: `KindOrigin` to switch it on, `DisableKindOrigin` to switch it off. Emits `KindSwitched`.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::set_kind())]
        pub fn set_kind(origin: OriginFor<T>, kind: Kind, enabled: bool) -> DispatchResult {
            Self::ensure_switcher(origin, enabled)?;
            Self::do_set_kind(kind, enabled);
            Ok(())
        }

        /// Switches a processor line of AMD's on or off, at once.
        ///
        /// Origin: `KindOrigin` to switch it on, `DisableKindOrigin` to switch it off. Emits `ProductSwitched`.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::set_product())]
        pub fn set_product(origin: OriginFor<T>, product: Product, enabled: bool) -> DispatchResult {
            Self::ensure_switcher(origin, enabled)?;
            Self::do_set_product(product, enabled);
            Ok(())
        }

        /// Sets what every session must be, those included that are registered.
        ///
        /// Origin: `TightenParametersOrigin` where no session is good that is not now, else `ParametersOrigin`. Errors:
        /// `BadParameters`. Emits `ParametersChanged`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::set_parameters())]
        pub fn set_parameters(origin: OriginFor<T>, parameters: Parameters) -> DispatchResult {
            if parameters.within(&SettingsOf::<T>::get()) {
                T::TightenParametersOrigin::ensure_origin(origin)?;
            } else {
                T::ParametersOrigin::ensure_origin(origin)?;
            }
            Self::do_set_parameters(parameters)
        }

        /// Revokes a key, program, signer, machine, family or root: sessions with it count for nothing from now on.
        ///
        /// Origin: `RevokeOrigin`. Errors: `AlreadyRevoked`. Emits `TargetRevoked`.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::revoke())]
        pub fn revoke(origin: OriginFor<T>, target: Target) -> DispatchResult {
            T::RevokeOrigin::ensure_origin(origin)?;
            Self::do_revoke(target)
        }

        /// Takes a revocation back: sessions with it count again, if they are good otherwise.
        ///
        /// Origin: `ReinstateOrigin`. Errors: `NotRevoked`. Emits `TargetReinstated`.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::reinstate())]
        pub fn reinstate(origin: OriginFor<T>, target: Target) -> DispatchResult {
            T::ReinstateOrigin::ensure_origin(origin)?;
            Self::do_reinstate(target)
        }

        /// Hands in a newer revocation list of a root of Intel's or AMD's, in DER.
        ///
        /// Origin: signed, anybody. Errors: `UnknownRoot`, `RootDisabled`, `WrongAuthority`, `NotNewer`, and those of a
        /// list. Emits `RootCrlUpdated`.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::submit_root_crl(der.len() as u32))]
        pub fn submit_root_crl(
            origin: OriginFor<T>,
            root: RootId,
            der: BoundedVec<u8, ConstU32<MAX_CRL>>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_submit_root_crl(root, &der)
        }

        /// Hands in a newer revocation list of an authority for PCK certificates, with the authority's certificate.
        ///
        /// Origin: signed, anybody. Errors: `UnknownRoot`, `RootDisabled`, `WrongAuthority`, `MissingCrl` of the root,
        /// `NotNewer`, and those of a list. Emits `PckCrlUpdated`.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::submit_pck_crl(der.len() as u32))]
        pub fn submit_pck_crl(
            origin: OriginFor<T>,
            root: RootId,
            authority: Der,
            der: BoundedVec<u8, ConstU32<MAX_CRL>>,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_submit_pck_crl(root, &authority, &der)
        }

        /// Hands in a newer TCB info of this kind: the very bytes that are signed, r and s, the signer's certificate.
        ///
        /// Origin: signed, anybody. Errors: `UnknownRoot`, `RootDisabled`, `WrongAuthority`, `MissingCrl` of the root,
        /// `NotNewer`, and those of a document. Emits `TcbInfoUpdated`.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::submit_tcb_info(json.len() as u32))]
        pub fn submit_tcb_info(
            origin: OriginFor<T>,
            root: RootId,
            kind: Kind,
            json: BoundedVec<u8, ConstU32<MAX_JSON>>,
            signature: [u8; 64],
            signer: Der,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_submit_tcb_info(root, kind, &json, &signature, &signer)
        }

        /// Hands in a newer identity of this kind's quoting enclave: the very bytes that are signed, r and s, the
        /// signer's certificate.
        ///
        /// Origin: signed, anybody. Errors: as of `submit_tcb_info`. Emits `QeIdentityUpdated`.
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::submit_qe_identity(json.len() as u32))]
        pub fn submit_qe_identity(
            origin: OriginFor<T>,
            root: RootId,
            kind: Kind,
            json: BoundedVec<u8, ConstU32<MAX_JSON>>,
            signature: [u8; 64],
            signer: Der,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_submit_qe_identity(root, kind, &json, &signature, &signer)
        }

        /// Hands in a chip key (VCEK) in DER, or a newer certificate of one.
        ///
        /// Origin: signed, anybody; holds a deposit, and releases that of the certificate that it replaces. Errors:
        /// `UnknownRoot`, `RootDisabled`, `WrongAuthority`, `WrongProduct`, `NotNewer`, and those of a certificate.
        /// Emits `ChipKeySubmitted`.
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::submit_chip_key())]
        pub fn submit_chip_key(origin: OriginFor<T>, root: RootId, vcek: Der) -> DispatchResult {
            Self::do_submit_chip_key(ensure_signed(origin)?, root, &vcek)
        }

        /// Makes a policy for a model.
        ///
        /// Origin: the model's owner; holds a deposit. Errors: `UnknownModel`, `NotOwner`, `BadTerms`, `PolicyExists`.
        /// Emits `PolicyCreated`.
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::create_policy())]
        pub fn create_policy(origin: OriginFor<T>, terms: Terms) -> DispatchResult {
            Self::do_create_policy(ensure_signed(origin)?, terms)
        }

        /// Takes something away from a policy, at once: sessions that need it count for nothing.
        ///
        /// Origin: the policy's owner; its deposit follows. Errors: `UnknownPolicy`, `NotOwner`, `NotNarrower`. Emits
        /// `PolicyNarrowed`.
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::narrow_policy())]
        pub fn narrow_policy(origin: OriginFor<T>, policy: PolicyId, narrowing: Narrowing) -> DispatchResult {
            Self::do_narrow_policy(ensure_signed(origin)?, policy, narrowing)
        }

        /// Ends a policy: it takes no new payments and no new sessions, open payments can still be earned.
        ///
        /// Origin: the policy's owner. Errors: `UnknownPolicy`, `NotOwner`, `PolicyEnded`. Emits `PolicyEnded`.
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::end_policy())]
        pub fn end_policy(origin: OriginFor<T>, policy: PolicyId) -> DispatchResult {
            Self::do_end_policy(ensure_signed(origin)?, policy)
        }

        /// Removes a policy that ended longer ago than a payment can stay open, and releases its deposit.
        ///
        /// Origin: the policy's owner. Errors: `UnknownPolicy`, `NotOwner`, `PolicyInUse`, `TooEarly`,
        /// `PolicyHasSessions`. Emits `PolicyRemoved`.
        #[pallet::call_index(15)]
        #[pallet::weight(T::WeightInfo::remove_policy())]
        pub fn remove_policy(origin: OriginFor<T>, policy: PolicyId) -> DispatchResult {
            Self::do_remove_policy(ensure_signed(origin)?, policy)
        }

        /// Registers an enclave's key under a policy, or renews it: the evidence must bind what
        /// [`session_binding`](assay_primitives::attestation::session_binding) makes of this chain, the policy, the
        /// caller, the key and the hash of block `nonce_block`.
        ///
        /// Origin: signed, the provider who may earn with it; holds a deposit. Errors: `UnknownPolicy`, `PolicyEnded`,
        /// `PolicyEarly`, `PolicySunset`, `UnknownRoot`, `RootDisabled`, `WrongAuthority`, `KindDisabled`,
        /// `ProductDisabled`, `FutureBlock`, `StaleBlock`, `UnknownBlock`, `KeyRevoked`, `KeyTaken`, `WrongBinding`,
        /// `WrongPublicKey`, `WrongNonce`, `UnlistedMeasurement`, `MissingCrl`, `MissingTcbInfo`, `MissingQeIdentity`,
        /// `MissingChipKey`, `EvidenceTooOld`, `NotLater`, those of evidence and those of an appraisal. Emits
        /// `SessionRegistered`.
        #[pallet::call_index(16)]
        #[pallet::weight(Pallet::<T>::registration_weight(evidence))]
        pub fn register_session(
            origin: OriginFor<T>,
            policy: PolicyId,
            key: ReceiptKey,
            evidence: SessionEvidence,
            nonce_block: BlockNumber,
        ) -> DispatchResult {
            Self::do_register_session(ensure_signed(origin)?, policy, key, &evidence, nonce_block)
        }

        /// Ends a session: it takes no new payments, open ones can still be earned.
        ///
        /// Origin: the session's provider. Errors: `UnknownSession`, `NotOwner`, `SessionEnded`. Emits `SessionEnded`.
        #[pallet::call_index(17)]
        #[pallet::weight(T::WeightInfo::end_session())]
        pub fn end_session(origin: OriginFor<T>, policy: PolicyId, key: ReceiptKey) -> DispatchResult {
            Self::do_end_session(ensure_signed(origin)?, policy, key)
        }

        /// Removes a session that ended or expired longer ago than a payment can stay open, and releases its deposit to
        /// who paid it.
        ///
        /// Origin: signed, anybody. Errors: `UnknownSession`, `TooEarly`. Emits `SessionRemoved`.
        #[pallet::call_index(18)]
        #[pallet::weight(T::WeightInfo::remove_session())]
        pub fn remove_session(origin: OriginFor<T>, policy: PolicyId, key: ReceiptKey) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_remove_session(policy, key)
        }

        /// Removes a chip key, and releases its deposit. Sessions that were registered with it stay.
        ///
        /// Origin: who handed it in. Errors: `MissingChipKey`, `NotOwner`. Emits `ChipKeyRemoved`.
        #[pallet::call_index(19)]
        #[pallet::weight(T::WeightInfo::remove_chip_key())]
        pub fn remove_chip_key(origin: OriginFor<T>, root: RootId, chip: ChipKeyId) -> DispatchResult {
            Self::do_remove_chip_key(ensure_signed(origin)?, root, chip)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A session.
        pub fn session(policy: PolicyId, key: ReceiptKey) -> Option<SessionView> {
            Self::session_view(policy, key)
        }

        /// A policy with its terms as they are now.
        pub fn policy(id: PolicyId) -> Option<PolicyView> {
            Self::policy_view(id)
        }

        /// The roots that governance trusts.
        pub fn roots() -> Vec<RootView> {
            Roots::<T>::iter()
                .map(|(id, Root { authority, enabled, simulated, .. })| RootView { id, authority, enabled, simulated })
                .collect()
        }

        /// What evidence must bind for this key to become this account's session, by the hash of a recent block; nothing
        /// if that block's hash is not known. It may be too old all the same.
        pub fn binding(
            policy: PolicyId,
            account: AccountId32,
            key: ReceiptKey,
            block_number: BlockNumber,
        ) -> Option<[u8; 64]> {
            Some(Self::binding_of(policy, &account, &key, Self::known_block(block_number)?))
        }
    }
}
