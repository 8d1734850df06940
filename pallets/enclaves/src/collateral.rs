//! What vendors sign about their machines. Anybody hands it in, its signature and time are checked, and only what is
//! newer replaces what is there: so it is bounded by what vendors sign.

use crate::{pallet::*, types::*};
use assay_primitives::AccountId32;
use assay_tee::{
    dcap::{check_pck_crl, QeIdentity, SignedJson, TcbInfo},
    Certificate, Crl,
};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint},
};
use sp_io::hashing::keccak_256;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_submit_root_crl(id: RootId, der: &[u8]) -> DispatchResult {
        let root = Self::usable_root(id)?;
        ensure!(root.authority != Authority::Nitro, Error::<T>::WrongAuthority);
        let crl = Self::check_root_crl(&root, der)?;
        let newer = RootCrls::<T>::get(id).is_none_or(|old| crl.supersedes(&old));
        ensure!(newer, Error::<T>::NotNewer);
        Self::deposit_event(Event::RootCrlUpdated { root: id, from: crl.window.from, until: crl.window.until });
        RootCrls::<T>::insert(id, crl);
        // It may name what vouches for a session.
        Self::next_epoch();
        Ok(())
    }

    fn check_root_crl(root: &Root, der: &[u8]) -> Result<Crl, Error<T>> {
        Ok(Crl::of_root(der, &Certificate::parse(&root.certificate)?, Self::now())?)
    }

    pub(crate) fn do_submit_pck_crl(id: RootId, authority: &[u8], der: &[u8]) -> DispatchResult {
        let (root, root_crl) = Self::intel(id)?;
        let crl = Self::check_pck_crl(&root, &root_crl, authority, der)?;
        let authority = crl.authority;
        let newer = PckCrls::<T>::get(id, authority).is_none_or(|old| crl.supersedes(&old));
        ensure!(newer, Error::<T>::NotNewer);
        let (from, until) = (crl.window.from, crl.window.until);
        Self::deposit_event(Event::PckCrlUpdated { root: id, authority, from, until });
        PckCrls::<T>::insert(id, authority, crl);
        Self::next_epoch();
        Ok(())
    }

    fn check_pck_crl(root: &Root, root_crl: &Crl, authority: &[u8], der: &[u8]) -> Result<Crl, Error<T>> {
        let certificate = Certificate::parse(&root.certificate)?;
        Ok(check_pck_crl(der, authority, &certificate, root_crl, Self::now())?)
    }

    pub(crate) fn do_submit_tcb_info(
        id: RootId,
        kind: Kind,
        json: &[u8],
        signature: &[u8; 64],
        signer: &[u8],
    ) -> DispatchResult {
        let (root, root_crl) = Self::intel(id)?;
        let info = Self::check_tcb_info(&root, &root_crl, kind, &SignedJson { json, signature, signer })?;
        let (fmspc, evaluation_number, until) = (info.fmspc, info.evaluation_number, info.window.until);
        let newer = TcbInfos::<T>::get((id, kind, fmspc)).is_none_or(|old| info.supersedes(&old));
        ensure!(newer, Error::<T>::NotNewer);
        TcbInfos::<T>::insert((id, kind, fmspc), info);
        Self::deposit_event(Event::TcbInfoUpdated { root: id, kind, fmspc, evaluation_number, until });
        Ok(())
    }

    fn check_tcb_info(root: &Root, root_crl: &Crl, kind: Kind, signed: &SignedJson) -> Result<TcbInfo, Error<T>> {
        Ok(TcbInfo::check(signed, kind, &Certificate::parse(&root.certificate)?, root_crl, Self::now())?)
    }

    pub(crate) fn do_submit_qe_identity(
        id: RootId,
        kind: Kind,
        json: &[u8],
        signature: &[u8; 64],
        signer: &[u8],
    ) -> DispatchResult {
        let (root, root_crl) = Self::intel(id)?;
        let identity = Self::check_qe_identity(&root, &root_crl, kind, &SignedJson { json, signature, signer })?;
        let newer = QeIdentities::<T>::get(id, kind).is_none_or(|old| identity.supersedes(&old));
        ensure!(newer, Error::<T>::NotNewer);
        let (evaluation_number, until) = (identity.evaluation_number, identity.window.until);
        QeIdentities::<T>::insert(id, kind, identity);
        Self::deposit_event(Event::QeIdentityUpdated { root: id, kind, evaluation_number, until });
        Ok(())
    }

    fn check_qe_identity(root: &Root, root_crl: &Crl, kind: Kind, signed: &SignedJson) -> Result<QeIdentity, Error<T>> {
        Ok(QeIdentity::check(signed, kind, &Certificate::parse(&root.certificate)?, root_crl, Self::now())?)
    }

    /// A root of Intel's with its revocation list.
    fn intel(id: RootId) -> Result<(Root, Crl), Error<T>> {
        let root = Self::usable_root(id)?;
        ensure!(root.authority == Authority::Intel, Error::<T>::WrongAuthority);
        Ok((root, RootCrls::<T>::get(id).ok_or(Error::<T>::MissingCrl)?))
    }

    pub(crate) fn do_submit_chip_key(submitter: AccountId32, id: RootId, der: &[u8]) -> DispatchResult {
        let root = Self::usable_root(id)?;
        let product = root.authority.product().ok_or(Error::<T>::WrongAuthority)?;
        let vcek = Self::check_chip_key(id, &root, der)?;
        ensure!(vcek.product == product, Error::<T>::WrongProduct);
        let chip = Self::chip_key_id(&vcek.chip_id, vcek.tcb);
        if let Some(old) = ChipKeys::<T>::get(id, chip) {
            ensure!(vcek.window.from > old.vcek.window.from, Error::<T>::NotNewer);
            old.ticket.drop(&old.submitter)?;
        }
        let ticket = T::Deposit::new(&submitter, Footprint::from_mel::<ChipKey<T::Deposit>>())?;
        ChipKeys::<T>::insert(id, chip, ChipKey { vcek, submitter: submitter.clone(), ticket });
        Self::deposit_event(Event::ChipKeySubmitted { root: id, chip, submitter });
        Ok(())
    }

    /// The window of what is returned is that of the certificates alone: lists are asked when the key is used, so that a
    /// newer list makes it good for longer.
    fn check_chip_key(id: RootId, root: &Root, der: &[u8]) -> Result<Vcek, Error<T>> {
        let ask = root.intermediate.as_ref().ok_or(Error::<T>::WrongIntermediate)?;
        Self::check_signer(id, &Certificate::parse(ask)?.serial())?;
        Ok(Vcek::verify(der, ask, &Certificate::parse(&root.certificate)?, None, Self::now())?)
    }

    /// Whether AMD's list, if one was handed in, is fresh and does not name this ASK. Returns when the list ends.
    pub(crate) fn check_signer(id: RootId, signer: &Serial) -> Result<Option<u64>, Error<T>> {
        let Some(crl) = RootCrls::<T>::get(id) else { return Ok(None) };
        crl.window.check(Self::now())?;
        ensure!(!crl.revokes(signer), Error::<T>::CertificateRevoked);
        Ok(Some(crl.window.until))
    }

    /// What names a chip key under its root.
    pub(crate) fn chip_key_id(chip_id: &[u8; 64], tcb: [u8; 8]) -> ChipKeyId {
        (keccak_256(chip_id).into(), tcb)
    }

    pub(crate) fn do_remove_chip_key(who: AccountId32, root: RootId, chip: ChipKeyId) -> DispatchResult {
        let key = ChipKeys::<T>::take(root, chip).ok_or(Error::<T>::MissingChipKey)?;
        ensure!(key.submitter == who, Error::<T>::NotOwner);
        key.ticket.drop(&who)?;
        Self::deposit_event(Event::ChipKeyRemoved { root, chip });
        Ok(())
    }

    /// Whether a list that came since names a certificate that vouched for a session. That lists are fresh was asked at
    /// registration: the session does not outlive them.
    pub(crate) fn check_certified(root: RootId, certified: &Certified) -> Result<(), Error<T>> {
        let named = |crl: Option<Crl>, serial: &Serial| crl.is_some_and(|crl| crl.revokes(serial));
        let revoked = match certified {
            Certified::Intel { authority, authority_serial, serial } => {
                named(RootCrls::<T>::get(root), authority_serial) || named(PckCrls::<T>::get(root, authority), serial)
            }
            Certified::Nitro => false,
            Certified::Amd { signer } => named(RootCrls::<T>::get(root), signer),
        };
        ensure!(!revoked, Error::<T>::CertificateRevoked);
        Ok(())
    }
}
