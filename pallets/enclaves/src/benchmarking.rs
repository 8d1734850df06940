//! Benchmarks of every call, of judging a receipt, and of looking at a session again, on recorded evidence and
//! collateral, at a time at which they verify.
//!
//! Wrong evidence must not cost more than right evidence. What is registered here fails where it binds nothing of this
//! chain, and is then verified all the same; what can be long is first tried long and wrong, and then handed in as it
//! was recorded. So each figure is that of a failure and of a success.

use crate::{evidence::Shown, pallet::*, types::*};
use alloc::{vec, vec::Vec};
use assay_primitives::{signer::Signer, AccountId32, Claim, Evidence as Delivered, ModelId, Receipt, Verifier, H256};
use assay_tee::{Crl, Window};
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{EnsureOrigin, Get},
    BoundedVec,
};
use frame_system::RawOrigin;
use sp_io::hashing::sha2_256;

/// What the benchmarks need of a runtime besides its configuration.
pub trait BenchmarkHelper {
    /// A model of this account, which gets plenty of native currency.
    fn model(owner: &AccountId32) -> ModelId;
    /// Gives an account plenty of native currency.
    fn fund(account: &AccountId32);
    /// Sets the clock, in unix seconds.
    fn set_time(seconds: u64);
}

/// 2025-06-20, in the windows of the recorded quotes, their collateral, and the chip key.
const JUNE: u64 = 1_750_416_971;
/// 2025-01-06, in the window of the recorded document.
const JANUARY: u64 = 1_736_182_800;

const INTEL_ROOT: &[u8] = include_bytes!("../../../verifiers/tee/vectors/dcap/TrustedRootCA.der");
const SGX_QUOTE: &[u8] = include_bytes!("../../../verifiers/tee/vectors/dcap/sgx_quote");
const TDX_QUOTE: &[u8] = include_bytes!("../../../verifiers/tee/vectors/dcap/tdx_quote");
const AWS_ROOT: &[u8] = include_bytes!("../vectors/aws_root.der");
const DOCUMENT: &[u8] = include_bytes!("../../../verifiers/tee/vectors/nitro/attestation_2025-01-06.cose");
const ARK: &[u8] = include_bytes!("../vectors/milan_ark.der");
const ASK: &[u8] = include_bytes!("../vectors/milan_ask.der");
const VCEK: &[u8] = include_bytes!("../../../verifiers/tee/vectors/snp/vcek_milan.der");
const REPORT: &[u8] = include_bytes!("../vectors/milan_report.bin");

/// Recorded collateral of one kind.
struct Collateral {
    authority: &'static [u8],
    signer: &'static [u8],
    root_crl: &'static [u8],
    pck_crl: &'static [u8],
    tcb_info: (&'static [u8], &'static [u8; 64]),
    qe_identity: (&'static [u8], &'static [u8; 64]),
}

macro_rules! collateral {
    ($kind:literal) => {
        Collateral {
            authority: include_bytes!(concat!("../vectors/", $kind, ".authority.der")),
            signer: include_bytes!(concat!("../vectors/", $kind, ".signer.der")),
            root_crl: include_bytes!(concat!("../vectors/", $kind, ".root_crl.der")),
            pck_crl: include_bytes!(concat!("../vectors/", $kind, ".pck_crl.der")),
            tcb_info: (
                include_bytes!(concat!("../vectors/", $kind, ".tcb_info.json")),
                include_bytes!(concat!("../vectors/", $kind, ".tcb_info.signature")),
            ),
            qe_identity: (
                include_bytes!(concat!("../vectors/", $kind, ".qe_identity.json")),
                include_bytes!(concat!("../vectors/", $kind, ".qe_identity.signature")),
            ),
        }
    };
}

const SGX: Collateral = collateral!("sgx");
const TDX: Collateral = collateral!("tdx");

fn owner() -> AccountId32 {
    frame_benchmarking::account("assay", 0, 0)
}

fn origin<T: Config>(outcome: Result<T::RuntimeOrigin, ()>) -> Result<T::RuntimeOrigin, BenchmarkError> {
    outcome.map_err(|()| BenchmarkError::Weightless)
}

fn bounded<Most: Get<u32>>(bytes: &[u8]) -> BoundedVec<u8, Most> {
    BoundedVec::truncate_from(bytes.to_vec())
}

fn signer() -> Signer {
    Signer::from_word(b"enclave").expect("a hash below the order")
}

/// A list with as many items as it may have.
fn full<Item, Most: Get<u32>>(item: impl Fn(u32) -> Item) -> BoundedVec<Item, Most> {
    BoundedVec::truncate_from((0..Most::get()).map(item).collect())
}

fn long_advisory(number: u32) -> Advisory {
    let mut name = vec![b'-'; 32];
    name[..4].copy_from_slice(&number.to_be_bytes());
    BoundedVec::truncate_from(name)
}

fn long_platform(number: u32) -> PlatformId {
    let mut id = vec![0xee; 64];
    id[..4].copy_from_slice(&number.to_be_bytes());
    BoundedVec::truncate_from(id)
}

/// Trusts a recorded root.
fn put_root<T: Config>(authority: Authority, certificate: &[u8], intermediate: Option<&[u8]>) -> RootId {
    let id = H256(sha2_256(certificate));
    let (certificate, intermediate) = (bounded(certificate), intermediate.map(bounded));
    Roots::<T>::insert(id, Root { authority, certificate, intermediate, enabled: true, simulated: false });
    id
}

fn put_intel<T: Config>() -> RootId {
    T::BenchmarkHelper::set_time(JUNE);
    put_root::<T>(Authority::Intel, INTEL_ROOT, None)
}

/// Intel's root with its list of revoked certificates, made as long as it may be.
fn put_intel_with_list<T: Config>() -> RootId {
    let root = put_intel::<T>();
    Pallet::<T>::do_submit_root_crl(root, SGX.root_crl).expect("the root's list is good");
    RootCrls::<T>::mutate(root, |list| *list = list.take().map(swollen));
    root
}

fn put_amd<T: Config>() -> RootId {
    T::BenchmarkHelper::set_time(JUNE);
    T::BenchmarkHelper::fund(&owner());
    put_root::<T>(Authority::Amd(Product::Milan), ARK, Some(ASK))
}

/// A list of the same authority and time that names as many certificates as one may, none of them in use.
fn swollen(list: Crl) -> Crl {
    let names = vec![[0xffu8; 20]; assay_tee::crl::MAX_REVOKED as usize];
    let encoded = (list.authority, list.window, names).encode();
    Crl::decode(&mut &encoded[..]).expect("the fields of a list")
}

/// Hands in recorded collateral, and makes its lists as long as lists may be.
fn provision<T: Config>(root: RootId, kind: Kind, collateral: &Collateral) {
    let Collateral { authority, signer, root_crl, pck_crl, tcb_info, qe_identity } = collateral;
    Pallet::<T>::do_submit_root_crl(root, root_crl).expect("the root's list is good");
    Pallet::<T>::do_submit_pck_crl(root, authority, pck_crl).expect("the authority's list is good");
    Pallet::<T>::do_submit_tcb_info(root, kind, tcb_info.0, tcb_info.1, signer).expect("TCB info is good");
    Pallet::<T>::do_submit_qe_identity(root, kind, qe_identity.0, qe_identity.1, signer).expect("the identity is good");
    RootCrls::<T>::mutate(root, |list| *list = list.take().map(swollen));
    for (root, authority, list) in PckCrls::<T>::iter().collect::<Vec<_>>() {
        PckCrls::<T>::insert(root, authority, swollen(list));
    }
}

/// Splits DER into its first value's tag and content, and the rest.
fn split(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (head, length) = match der[1] {
        short @ 0..=0x7f => (2, short.into()),
        0x81 => (3, der[2].into()),
        _ => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
    };
    (der[0], &der[head..head + length], &der[head + length..])
}

fn join(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    let head = match content.len() {
        0..=0x7f => vec![tag, length[3]],
        0x80..=0xff => vec![tag, 0x81, length[3]],
        _ => vec![tag, 0x82, length[2], length[3]],
    };
    [&head[..], content].concat()
}

/// A recorded list with as many names as fit in so many bytes, under a signature that is no longer right.
fn forged_list(list: &[u8], bytes: u32) -> Vec<u8> {
    // A number of 12 bytes and a time.
    let entry = join(0x30, &[join(2, &[0x11; 12]), join(0x17, b"250101000000Z")].concat());
    let names =
        (bytes.saturating_sub(list.len() as u32 + 16) / entry.len() as u32).clamp(1, assay_tee::crl::MAX_REVOKED);
    let (_, whole, _) = split(list);
    let (_, mut tbs, rest) = split(whole);
    let mut parts = Vec::new();
    // Version, algorithm, issuer, thisUpdate, nextUpdate.
    for _ in 0..5 {
        let (tag, content, after) = split(tbs);
        parts.push(join(tag, content));
        tbs = after;
    }
    let (tag, content, after) = split(tbs);
    let (kept, extensions) = if tag == 0x30 { (content, after) } else { (&[][..], tbs) };
    let revoked = [kept, &entry.repeat(names as usize)].concat();
    if !revoked.is_empty() {
        parts.push(join(0x30, &revoked));
    }
    parts.push(extensions.to_vec());
    join(0x30, &[&join(0x30, &parts.concat()), rest].concat())
}

/// Parameters with full lists that accept everything recorded.
fn put_parameters<T: Config>() {
    let statuses = vec![
        TcbStatus::OutOfDate,
        TcbStatus::SwHardeningNeeded,
        TcbStatus::Unrated,
        TcbStatus::UpToDate,
        TcbStatus::ConfigurationAndSwHardeningNeeded,
    ];
    SettingsOf::<T>::put(Parameters {
        statuses: BoundedVec::truncate_from(statuses),
        denied_advisories: full(long_advisory),
        max_evidence_age: u32::MAX,
        ..DefaultParameters::get()
    });
    ProductSwitches::<T>::insert(Product::Milan, true);
}

/// The dearest terms that accept this program, which comes last.
fn dear_terms(model: ModelId, program: Measured) -> Terms {
    let other = |number: u32| Measured::Nitro { pcrs: full(|at| (at as u8, [number as u8 + 1; 48])) };
    let mut measured: Vec<_> = (1..MAX_MEASURED).map(other).collect();
    measured.push(program);
    Terms {
        model,
        version: 1,
        measured: BoundedVec::truncate_from(measured),
        statuses: BoundedVec::truncate_from(vec![
            TcbStatus::OutOfDate,
            TcbStatus::Unrated,
            TcbStatus::UpToDate,
            TcbStatus::ConfigurationAndSwHardeningNeeded,
        ]),
        denied_advisories: full(long_advisory),
        platform_flags: PlatformFlags::ALL,
        platforms: None,
        max_evidence_age: u32::MAX,
        session_seconds: 3_600,
        not_before: 0,
        sunset: None,
    }
}

/// A policy that accepts this program, with everything that can be long as long as it may be.
fn put_policy<T: Config>(program: Measured) -> PolicyId {
    put_parameters::<T>();
    let terms = dear_terms(T::BenchmarkHelper::model(&owner()), program);
    let id = terms.id();
    Pallet::<T>::do_create_policy(owner(), terms).expect("creates");
    PolicyTerms::<T>::mutate(id, |slot| {
        if let Some(conditions) = slot {
            // Room for one more.
            let denied = (1..MAX_PLATFORMS).map(long_platform).collect();
            conditions.denied_platforms = BoundedVec::truncate_from(denied);
        }
    });
    id
}

fn any_program() -> Measured {
    Measured::Tdx { mr_td: [1; 48], rtmr: [Some([2; 48]); 4] }
}

/// The program that this evidence is of.
fn program_of(evidence: &SessionEvidence) -> Measured {
    match Shown::read(evidence).expect("recorded evidence").measurements() {
        Measurements::Sgx { mr_enclave, .. } => Measured::Sgx { mr_enclave: *mr_enclave },
        Measurements::Tdx { mr_td, rtmr, .. } => Measured::Tdx { mr_td: *mr_td, rtmr: rtmr.map(Some) },
        Measurements::Nitro { pcrs } => Measured::Nitro { pcrs: BoundedVec::truncate_from(pcrs.to_vec()) },
        Measurements::Snp { measurement, .. } => {
            Measured::Snp { measurement: *measurement, max_vmpl: u32::MAX, policy_mask: 0, policy: 0, min_tcb: [0; 8] }
        }
    }
}

/// A policy for this evidence, and a block whose hash it could bind.
fn ready_for<T: Config>(evidence: &SessionEvidence) -> PolicyId {
    frame_system::Pallet::<T>::set_block_number(2u32.into());
    frame_system::BlockHash::<T>::insert(frame_system::pallet_prelude::BlockNumberFor::<T>::from(1u32), H256([1; 32]));
    put_policy::<T>(program_of(evidence))
}

/// Registers evidence that binds nothing of this chain, which fails; then verifies it, and stores the session.
fn register_all_the_same<T: Config>(id: PolicyId, evidence: &SessionEvidence) {
    let key = signer().receipt_key();
    let failed = Pallet::<T>::do_register_session(owner(), id, key, evidence, 1);
    assert_eq!(failed, Err(Error::<T>::WrongBinding.into()));
    let (_, conditions) = Pallet::<T>::whole_policy(id).expect("is there");
    let root = Pallet::<T>::usable_root(evidence.root()).expect("is there");
    let shown = Shown::read(evidence).expect("recorded evidence");
    let parameters = SettingsOf::<T>::get();
    let found = Pallet::<T>::facts_of(&key, evidence, &shown, &root, &conditions, &parameters);
    let (facts, expires) = found.map_err(sp_runtime::DispatchError::from).expect("verifies");
    Pallet::<T>::put_session(owner(), id, key, facts, expires, None).expect("is stored");
}

/// Facts with everything that can be long as long as it may be.
fn dear_facts(root: RootId, authority: AuthorityId) -> SessionFacts {
    let Measured::Tdx { mr_td, .. } = any_program() else { unreachable!("it is one") };
    SessionFacts {
        kind: Kind::Tdx,
        measured: Measurements::Tdx {
            mr_td,
            rtmr: [[2; 48]; 4],
            mr_seam: [0; 48],
            mr_config_id: [0; 48],
            mr_owner: [0; 48],
            mr_owner_config: [0; 48],
            td_attributes: 0,
            xfam: 0,
        },
        platform: long_platform(u32::MAX),
        fmspc: Some([1; 6]),
        product: None,
        tcb: TcbStatus::UpToDate,
        advisories: full(|number| long_advisory(number + 1_000)),
        evaluation_number: Some(20),
        flags: PlatformFlags::ALL,
        root,
        certified: Certified::Intel { authority, authority_serial: [1; 20], serial: [1; 20] },
    }
}

/// A session with the dearest facts, under the dearest policy.
fn put_session<T: Config>() -> (PolicyId, ReceiptKey) {
    let root = put_intel::<T>();
    provision::<T>(root, Kind::Tdx, &TDX);
    let id = put_policy::<T>(any_program());
    let authority = PckCrls::<T>::iter().next().expect("one was handed in").1;
    let key = signer().receipt_key();
    Pallet::<T>::put_session(owner(), id, key, dear_facts(root, authority), JUNE + 3_600, None).expect("is stored");
    (id, key)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn add_root() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::RootOrigin::try_successful_origin())?;
        let authority = Authority::Amd(Product::Milan);
        // The chain may trust it from the start.
        Roots::<T>::remove(H256(sha2_256(ARK)));
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, authority, bounded(ARK), Some(bounded(ASK)), false);
        Ok(())
    }

    #[benchmark]
    fn set_root_enabled() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::DisableRootOrigin::try_successful_origin())?;
        let root = put_amd::<T>();
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, root, false);
        Ok(())
    }

    #[benchmark]
    fn set_kind() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::DisableKindOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Kind::Sgx, false);
        Ok(())
    }

    #[benchmark]
    fn set_product() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::KindOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Product::Milan, true);
        Ok(())
    }

    #[benchmark]
    fn set_parameters() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::TightenParametersOrigin::try_successful_origin())?;
        let parameters = Parameters {
            statuses: full(|_| TcbStatus::OutOfDateConfigurationNeeded),
            denied_advisories: full(long_advisory),
            ..DefaultParameters::get()
        };
        // Whether these are tighter is asked of each item of long lists.
        SettingsOf::<T>::put(&parameters);
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, parameters);
        Ok(())
    }

    #[benchmark]
    fn revoke() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::RevokeOrigin::try_successful_origin())?;
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Target::Platform(long_platform(1)));
        Ok(())
    }

    #[benchmark]
    fn reinstate() -> Result<(), BenchmarkError> {
        let origin = origin::<T>(T::ReinstateOrigin::try_successful_origin())?;
        let target = Target::Platform(long_platform(1));
        Pallet::<T>::do_revoke(target.clone()).expect("revokes");
        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, target);
        Ok(())
    }

    #[benchmark(pov_mode = Measured)]
    fn submit_root_crl(b: Linear<400, 65_536>) {
        let root = put_intel::<T>();
        let wrong = forged_list(SGX.root_crl, b);
        let refused;
        #[block]
        {
            refused = Pallet::<T>::do_submit_root_crl(root, &wrong);
            Pallet::<T>::do_submit_root_crl(root, SGX.root_crl).expect("the list is good");
            RootCrls::<T>::mutate(root, |list| *list = list.take().map(swollen));
        }
        assert_eq!(refused, Err(Error::<T>::BadSignature.into()));
    }

    #[benchmark(pov_mode = Measured)]
    fn submit_pck_crl(b: Linear<400, 65_536>) {
        let root = put_intel_with_list::<T>();
        let wrong = forged_list(SGX.pck_crl, b);
        let refused;
        #[block]
        {
            refused = Pallet::<T>::do_submit_pck_crl(root, SGX.authority, &wrong);
            Pallet::<T>::do_submit_pck_crl(root, SGX.authority, SGX.pck_crl).expect("the list is good");
            for (root, authority, list) in PckCrls::<T>::iter().collect::<Vec<_>>() {
                PckCrls::<T>::insert(root, authority, swollen(list));
            }
        }
        assert_eq!(refused, Err(Error::<T>::BadSignature.into()));
    }

    #[benchmark(pov_mode = Measured)]
    fn submit_tcb_info(b: Linear<2, 65_536>) {
        let root = put_intel_with_list::<T>();
        let wrong = vec![b' '; b as usize];
        let (json, signature) = SGX.tcb_info;
        let refused;
        #[block]
        {
            refused = Pallet::<T>::do_submit_tcb_info(root, Kind::Sgx, &wrong, signature, SGX.signer);
            Pallet::<T>::do_submit_tcb_info(root, Kind::Sgx, json, signature, SGX.signer).expect("TCB info is good");
        }
        assert_eq!(refused, Err(Error::<T>::BadSignature.into()));
    }

    #[benchmark(pov_mode = Measured)]
    fn submit_qe_identity(b: Linear<2, 65_536>) {
        let root = put_intel_with_list::<T>();
        let wrong = vec![b' '; b as usize];
        let (json, signature) = SGX.qe_identity;
        let refused;
        #[block]
        {
            refused = Pallet::<T>::do_submit_qe_identity(root, Kind::Sgx, &wrong, signature, SGX.signer);
            Pallet::<T>::do_submit_qe_identity(root, Kind::Sgx, json, signature, SGX.signer).expect("it is good");
        }
        assert_eq!(refused, Err(Error::<T>::BadSignature.into()));
    }

    #[benchmark(pov_mode = Measured)]
    fn submit_chip_key() {
        let root = put_amd::<T>();
        let vcek = bounded(VCEK);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), root, vcek);
        assert_eq!(ChipKeys::<T>::iter().count(), 1);
    }

    #[benchmark]
    fn remove_chip_key() {
        let root = put_amd::<T>();
        Pallet::<T>::do_submit_chip_key(owner(), root, VCEK).expect("is good");
        let chip = ChipKeys::<T>::iter().next().expect("was handed in").1;
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), root, chip);
        assert_eq!(ChipKeys::<T>::iter().count(), 0);
    }

    #[benchmark]
    fn create_policy() {
        let terms = dear_terms(T::BenchmarkHelper::model(&owner()), any_program());
        let terms = Terms { platforms: Some(full(long_platform)), ..terms };
        let id = terms.id();
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), terms);
        assert!(Policies::<T>::contains_key(id));
    }

    #[benchmark]
    fn narrow_policy() {
        let id = put_policy::<T>(any_program());
        let narrowing = Narrowing::DenyPlatform(long_platform(u32::MAX));
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), id, narrowing);
    }

    #[benchmark]
    fn end_policy() {
        let id = put_policy::<T>(any_program());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), id);
    }

    #[benchmark]
    fn remove_policy() {
        let id = put_policy::<T>(any_program());
        Pallet::<T>::do_end_policy(owner(), id).expect("ends");
        frame_system::Pallet::<T>::set_block_number((T::Retention::get() + 10).into());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), id);
        assert!(!Policies::<T>::contains_key(id));
    }

    #[benchmark(pov_mode = Measured)]
    fn register_sgx() {
        let root = put_intel::<T>();
        provision::<T>(root, Kind::Sgx, &SGX);
        // Quote buffers may be padded with zeros, as far as a quote may be long.
        let mut quote = SGX_QUOTE.to_vec();
        quote.resize(MAX_QUOTE as usize, 0);
        let evidence = SessionEvidence::Dcap { root, quote: BoundedVec::truncate_from(quote) };
        let id = ready_for::<T>(&evidence);
        #[block]
        {
            register_all_the_same::<T>(id, &evidence);
        }
    }

    #[benchmark(pov_mode = Measured)]
    fn register_tdx() {
        let root = put_intel::<T>();
        provision::<T>(root, Kind::Tdx, &TDX);
        let mut quote = TDX_QUOTE.to_vec();
        quote.resize(MAX_QUOTE as usize, 0);
        let evidence = SessionEvidence::Dcap { root, quote: BoundedVec::truncate_from(quote) };
        let id = ready_for::<T>(&evidence);
        #[block]
        {
            register_all_the_same::<T>(id, &evidence);
        }
    }

    #[benchmark(pov_mode = Measured)]
    fn register_nitro() {
        T::BenchmarkHelper::set_time(JANUARY);
        let root = put_root::<T>(Authority::Nitro, AWS_ROOT, None);
        let evidence = SessionEvidence::Nitro { root, document: bounded(DOCUMENT) };
        let id = ready_for::<T>(&evidence);
        #[block]
        {
            register_all_the_same::<T>(id, &evidence);
        }
    }

    #[benchmark(pov_mode = Measured)]
    fn register_snp() {
        let root = put_amd::<T>();
        Pallet::<T>::do_submit_chip_key(owner(), root, VCEK).expect("is good");
        let authority = ChipKeys::<T>::iter().next().expect("was handed in").2.vcek.root;
        let window = Window { from: JUNE, until: JUNE + 3_600 };
        let list =
            Crl::decode(&mut &(authority, window, Vec::<[u8; 20]>::new()).encode()[..]).expect("a list's fields");
        RootCrls::<T>::insert(root, swollen(list));
        let evidence = SessionEvidence::Snp { root, report: bounded(REPORT) };
        let id = ready_for::<T>(&evidence);
        #[block]
        {
            register_all_the_same::<T>(id, &evidence);
        }
    }

    #[benchmark]
    fn end_session() {
        let (id, key) = put_session::<T>();
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), id, key);
    }

    #[benchmark]
    fn remove_session() {
        let (id, key) = put_session::<T>();
        Pallet::<T>::do_end_session(owner(), id, key).expect("ends");
        frame_system::Pallet::<T>::set_block_number((T::Retention::get() + 10).into());
        #[extrinsic_call]
        _(RawOrigin::Signed(owner()), id, key);
        assert!(!Sessions::<T>::contains_key(id, key));
    }

    #[benchmark]
    fn check_anchor() {
        let id = put_policy::<T>(any_program());
        let model = Policies::<T>::get(id).expect("is there").model;
        for kind in [Kind::Sgx, Kind::Nitro, Kind::Snp] {
            KindSwitches::<T>::insert(kind, false);
        }
        let verdict;
        #[block]
        {
            verdict = Pallet::<T>::check_anchor(&owner(), model, id);
        }
        assert_eq!(verdict, Ok(()));
    }

    #[benchmark]
    fn verify_session() {
        let (anchor, _) = put_session::<T>();
        let model = Policies::<T>::get(anchor).expect("is there").model;
        let (provider, zero) = (owner(), H256::zero());
        let receipt =
            Receipt { payment: zero, leg: 0, service: zero, request: zero, response: zero, amount: 0, issued_at: 0 };
        let digest = H256([7; 32]);
        let signature = signer().sign_receipt(digest);
        let evidence = Delivered { signature, material: BoundedVec::new(), disclosure: None };
        let claim = Claim {
            provider: &provider,
            model,
            anchor,
            receipt: &receipt,
            digest,
            evidence: &evidence,
            reserved_at: Pallet::<T>::block(),
        };
        let verdicts;
        #[block]
        {
            verdicts = Pallet::<T>::verify(&[claim]);
        }
        assert_eq!(verdicts.each, [Ok(())]);
    }

    #[benchmark(pov_mode = Measured)]
    fn reappraise() {
        let (id, key) = put_session::<T>();
        let session = Sessions::<T>::get(id, key).expect("is there");
        let verdict;
        #[block]
        {
            let facts = Facts::<T>::get(id, key).expect("is there");
            let conditions = PolicyTerms::<T>::get(id).expect("is there");
            verdict = Pallet::<T>::reappraise(&key, &facts, &conditions).is_ok();
            Pallet::<T>::expiry(session.since, &conditions.terms, &SettingsOf::<T>::get());
            Sessions::<T>::insert(id, key, session);
        }
        assert!(verdict);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
