//! Whether facts are good: by a policy, by governance, and by what is revoked.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use frame_support::{ensure, BoundedVec};

/// Guest policy of SEV-SNP: a migration agent may take the guest elsewhere.
const MIGRATION_AGENT: u64 = 1 << 18;

impl Measured {
    /// Whether it is what was measured.
    pub(crate) fn is(&self, found: &Measurements) -> bool {
        match (self, found) {
            (Self::Sgx { mr_enclave }, Measurements::Sgx { mr_enclave: found, .. }) => mr_enclave == found,
            (
                Self::SgxSigner { mr_signer, isv_prod_id, min_isv_svn },
                Measurements::Sgx { mr_signer: signer, isv_prod_id: product, isv_svn, .. },
            ) => mr_signer == signer && isv_prod_id == product && isv_svn >= min_isv_svn,
            (Self::Tdx { mr_td, rtmr }, Measurements::Tdx { mr_td: found, rtmr: registers, .. }) => {
                let same = |(want, have): (&Option<[u8; 48]>, &[u8; 48])| want.as_ref().is_none_or(|want| want == have);
                mr_td == found && rtmr.iter().zip(registers).all(same)
            }
            (Self::Nitro { pcrs }, Measurements::Nitro { .. }) => {
                // Facts leave out what is all zero.
                pcrs.iter().all(|(index, value)| found.pcr(*index).unwrap_or(&[0; 48]) == value)
            }
            (
                Self::Snp { measurement, max_vmpl, policy_mask, policy, min_tcb },
                Measurements::Snp { measurement: found, vmpl, policy: guest, reported_tcb, .. },
            ) => {
                // Who does not speak of migration agents wants none.
                let mask = policy_mask | MIGRATION_AGENT;
                let firmware = reported_tcb.iter().zip(min_tcb).all(|(have, need)| have >= need);
                measurement == found && vmpl <= max_vmpl && guest & mask == *policy && firmware
            }
            _ => false,
        }
    }
}

/// Everything by which a session could be revoked.
pub(crate) fn targets(key: &ReceiptKey, facts: &SessionFacts) -> Vec<Target> {
    let mut targets = Vec::with_capacity(6);
    targets.push(Target::Key(*key));
    targets.push(Target::Root(facts.root));
    targets.push(Target::Platform(facts.platform.clone()));
    targets.extend(facts.fmspc.map(Target::Fmspc));
    let program: Option<&[u8]> = match &facts.measured {
        Measurements::Sgx { mr_enclave, mr_signer, .. } => {
            targets.push(Target::Signer(*mr_signer));
            Some(&mr_enclave[..])
        }
        Measurements::Tdx { mr_td, .. } => Some(&mr_td[..]),
        Measurements::Nitro { .. } => facts.measured.pcr(0).map(|value| &value[..]),
        Measurements::Snp { measurement, .. } => Some(&measurement[..]),
    };
    targets.extend(program.map(|program| Target::Program(BoundedVec::truncate_from(program.to_vec()))));
    targets
}

/// Whether a session with this key and these facts is good.
pub(crate) fn appraise<T>(
    key: &ReceiptKey,
    facts: &SessionFacts,
    conditions: &Conditions,
    parameters: &Parameters,
    revoked: impl Fn(&Target) -> bool,
) -> Result<(), Error<T>> {
    let Conditions { terms, denied_platforms } = conditions;
    ensure!(terms.measured.iter().any(|one| one.is(&facts.measured)), Error::<T>::UnlistedMeasurement);
    ensure!(terms.statuses.contains(&facts.tcb), Error::<T>::StatusNotAccepted);
    ensure!(parameters.statuses.contains(&facts.tcb), Error::<T>::StatusNotAllowed);
    let denied = |advisory: &Advisory| {
        terms.denied_advisories.contains(advisory) || parameters.denied_advisories.contains(advisory)
    };
    ensure!(!facts.advisories.iter().any(denied), Error::<T>::AdvisoryDenied);
    let recent = facts.evaluation_number.is_none_or(|number| number >= parameters.min_evaluation_number);
    ensure!(recent, Error::<T>::EvaluationTooLow);
    let allowed = terms.platform_flags.allow(&facts.flags) && parameters.flags.allow(&facts.flags);
    ensure!(allowed, Error::<T>::FlagForbidden);
    let listed = terms.platforms.as_ref().is_none_or(|platforms| platforms.contains(&facts.platform));
    ensure!(listed, Error::<T>::PlatformNotAllowed);
    ensure!(!denied_platforms.contains(&facts.platform), Error::<T>::PlatformDenied);
    match targets(key, facts).iter().find(|target| revoked(target)) {
        None => Ok(()),
        Some(Target::Key(_)) => Err(Error::<T>::KeyRevoked),
        Some(Target::Program(_)) => Err(Error::<T>::ProgramRevoked),
        Some(Target::Signer(_)) => Err(Error::<T>::SignerRevoked),
        Some(Target::Platform(_)) => Err(Error::<T>::PlatformRevoked),
        Some(Target::Fmspc(_)) => Err(Error::<T>::FmspcRevoked),
        Some(Target::Root(_)) => Err(Error::<T>::RootRevoked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::Test;
    use assay_primitives::H256;
    use frame_support::traits::Get;
    use sp_runtime::DispatchError;

    const KEY: ReceiptKey = ReceiptKey::Ed25519([1; 32]);

    fn sgx() -> Measurements {
        Measurements::Sgx {
            mr_enclave: [2; 32],
            mr_signer: [3; 32],
            isv_prod_id: 7,
            isv_svn: 3,
            attributes: [0; 16],
            misc_select: 0,
        }
    }

    fn tdx() -> Measurements {
        Measurements::Tdx {
            mr_td: [4; 48],
            rtmr: [[5; 48], [6; 48], [7; 48], [0; 48]],
            mr_seam: [0; 48],
            mr_config_id: [0; 48],
            mr_owner: [0; 48],
            mr_owner_config: [0; 48],
            td_attributes: 0,
            xfam: 0,
        }
    }

    fn nitro() -> Measurements {
        let pcrs = vec![(0, [1; 48]), (1, [2; 48]), (2, [3; 48]), (8, [9; 48])];
        Measurements::Nitro { pcrs: BoundedVec::truncate_from(pcrs) }
    }

    fn snp(policy: u64, vmpl: u32) -> Measurements {
        Measurements::Snp {
            measurement: [8; 48],
            host_data: [0; 32],
            policy,
            vmpl,
            guest_svn: 0,
            family_id: [0; 16],
            image_id: [0; 16],
            id_key_digest: [0; 48],
            author_key_digest: [0; 48],
            reported_tcb: [9, 0, 0, 0, 0, 0, 21, 200],
            launch_tcb: [0; 8],
            platform_info: 0,
        }
    }

    fn facts() -> SessionFacts {
        SessionFacts {
            kind: Kind::Sgx,
            measured: sgx(),
            platform: BoundedVec::truncate_from(vec![0x11; 16]),
            fmspc: Some([1; 6]),
            product: None,
            tcb: TcbStatus::SwHardeningNeeded,
            advisories: BoundedVec::truncate_from(vec![advisory("ASSAY-SA-00003")]),
            evaluation_number: Some(19),
            flags: PlatformFlags { dynamic: true, cached_keys: false, smt: true },
            root: H256([5; 32]),
            certified: Certified::Nitro,
        }
    }

    fn advisory(name: &str) -> Advisory {
        BoundedVec::truncate_from(name.as_bytes().to_vec())
    }

    fn conditions() -> Conditions {
        let terms = Terms {
            model: H256([1; 32]),
            version: 1,
            measured: BoundedVec::truncate_from(vec![Measured::Sgx { mr_enclave: [2; 32] }]),
            statuses: BoundedVec::truncate_from(vec![TcbStatus::UpToDate, TcbStatus::SwHardeningNeeded]),
            denied_advisories: BoundedVec::new(),
            platform_flags: PlatformFlags::ALL,
            platforms: None,
            max_evidence_age: 300,
            session_seconds: 3_600,
            not_before: 0,
            sunset: None,
        };
        Conditions { terms, denied_platforms: BoundedVec::new() }
    }

    fn verdict(conditions: &Conditions, parameters: &Parameters, revoked: &[Target]) -> Result<(), DispatchError> {
        appraise::<Test>(&KEY, &facts(), conditions, parameters, |target| revoked.contains(target))
            .map_err(DispatchError::from)
    }

    fn refused(error: Error<Test>) -> Result<(), DispatchError> {
        Err(error.into())
    }

    #[test]
    fn good_facts_are_good() {
        assert_eq!(verdict(&conditions(), &DefaultParameters::get(), &[]), Ok(()));
    }

    #[test]
    fn each_term_refuses() {
        let ways: [(fn(&mut Conditions), Error<Test>); 7] = [
            (
                |it| it.terms.measured = BoundedVec::truncate_from(vec![Measured::Sgx { mr_enclave: [9; 32] }]),
                Error::UnlistedMeasurement,
            ),
            (|it| it.terms.statuses.retain(|status| *status == TcbStatus::UpToDate), Error::StatusNotAccepted),
            (
                |it| it.terms.denied_advisories = BoundedVec::truncate_from(vec![advisory("ASSAY-SA-00003")]),
                Error::AdvisoryDenied,
            ),
            (|it| it.terms.platform_flags.dynamic = false, Error::FlagForbidden),
            (|it| it.terms.platform_flags.smt = false, Error::FlagForbidden),
            (
                |it| {
                    let other = BoundedVec::truncate_from(vec![0x12; 16]);
                    it.terms.platforms = Some(BoundedVec::truncate_from(vec![other]));
                },
                Error::PlatformNotAllowed,
            ),
            (|it| it.denied_platforms = BoundedVec::truncate_from(vec![facts().platform]), Error::PlatformDenied),
        ];
        for (change, error) in ways {
            let mut conditions = conditions();
            change(&mut conditions);
            assert_eq!(verdict(&conditions, &DefaultParameters::get(), &[]), refused(error));
        }
        let mut conditions = conditions();
        conditions.terms.platform_flags.cached_keys = false;
        assert_eq!(verdict(&conditions, &DefaultParameters::get(), &[]), Ok(()), "the platform has none");
    }

    #[test]
    fn each_parameter_refuses() {
        let ways: [(fn(&mut Parameters), Error<Test>); 4] = [
            (|it| it.statuses.retain(|status| *status == TcbStatus::UpToDate), Error::StatusNotAllowed),
            (
                |it| it.denied_advisories = BoundedVec::truncate_from(vec![advisory("ASSAY-SA-00003")]),
                Error::AdvisoryDenied,
            ),
            (|it| it.min_evaluation_number = 20, Error::EvaluationTooLow),
            (|it| it.flags.smt = false, Error::FlagForbidden),
        ];
        for (change, error) in ways {
            let mut parameters = DefaultParameters::get();
            change(&mut parameters);
            assert_eq!(verdict(&conditions(), &parameters, &[]), refused(error));
        }
        let mut parameters = DefaultParameters::get();
        parameters.min_evaluation_number = 19;
        assert_eq!(verdict(&conditions(), &parameters, &[]), Ok(()));
    }

    #[test]
    fn each_revocation_refuses() {
        let ways: [(Target, Error<Test>); 6] = [
            (Target::Key(KEY), Error::KeyRevoked),
            (Target::Program(BoundedVec::truncate_from(vec![2; 32])), Error::ProgramRevoked),
            (Target::Signer([3; 32]), Error::SignerRevoked),
            (Target::Platform(facts().platform), Error::PlatformRevoked),
            (Target::Fmspc([1; 6]), Error::FmspcRevoked),
            (Target::Root(H256([5; 32])), Error::RootRevoked),
        ];
        for (target, error) in ways {
            assert_eq!(verdict(&conditions(), &DefaultParameters::get(), &[target]), refused(error));
        }
        let other = Target::Key(ReceiptKey::Sr25519([1; 32]));
        assert_eq!(verdict(&conditions(), &DefaultParameters::get(), &[other]), Ok(()));
    }

    #[test]
    fn an_enclave_is_matched_by_hash_or_by_signer_product_and_version() {
        let signed = |mr_signer, isv_prod_id, min_isv_svn| Measured::SgxSigner { mr_signer, isv_prod_id, min_isv_svn };
        assert!(Measured::Sgx { mr_enclave: [2; 32] }.is(&sgx()));
        assert!(!Measured::Sgx { mr_enclave: [3; 32] }.is(&sgx()));
        assert!(signed([3; 32], 7, 3).is(&sgx()));
        for other in [signed([2; 32], 7, 3), signed([3; 32], 8, 3), signed([3; 32], 7, 4)] {
            assert!(!other.is(&sgx()));
        }
        assert!(!Measured::Sgx { mr_enclave: [2; 32] }.is(&tdx()));
    }

    #[test]
    fn a_trust_domain_is_matched_by_the_registers_that_are_named() {
        let domain = |mr_td, rtmr| Measured::Tdx { mr_td, rtmr };
        assert!(domain([4; 48], [None; 4]).is(&tdx()));
        assert!(domain([4; 48], [Some([5; 48]), None, Some([7; 48]), Some([0; 48])]).is(&tdx()));
        assert!(!domain([4; 48], [None, Some([7; 48]), None, None]).is(&tdx()));
        assert!(!domain([5; 48], [None; 4]).is(&tdx()));
    }

    #[test]
    fn a_nitro_enclave_is_matched_by_the_registers_that_are_named() {
        let enclave = |pcrs: &[(u8, [u8; 48])]| Measured::Nitro { pcrs: BoundedVec::truncate_from(pcrs.to_vec()) };
        let program = [(0, [1; 48]), (1, [2; 48]), (2, [3; 48])];
        assert!(enclave(&program).is(&nitro()));
        let with = |index, value| enclave(&[&program[..], &[(index, value)]].concat());
        assert!(with(8, [9; 48]).is(&nitro()));
        assert!(!with(8, [8; 48]).is(&nitro()));
        assert!(with(3, [0; 48]).is(&nitro()), "nothing was measured into it");
        assert!(!with(8, [0; 48]).is(&nitro()), "something was");
    }

    #[test]
    fn a_guest_is_matched_by_hash_level_policy_and_firmware() {
        let guest = |max_vmpl, policy_mask, policy, min_tcb| Measured::Snp {
            measurement: [8; 48],
            max_vmpl,
            policy_mask,
            policy,
            min_tcb,
        };
        let plain = snp(0x3_0000, 1);
        assert!(guest(1, 0, 0, [0; 8]).is(&plain));
        assert!(!guest(0, 0, 0, [0; 8]).is(&plain), "less privileged than allowed");
        assert!(guest(1, 0x1_0000, 0x1_0000, [9, 0, 0, 0, 0, 0, 21, 200]).is(&plain));
        assert!(!guest(1, 0x1_0000, 0, [0; 8]).is(&plain), "multithreading is allowed to the guest");
        assert!(!guest(1, 0, 0, [10, 0, 0, 0, 0, 0, 0, 0]).is(&plain), "one component too old");
        let migratable = snp(0x3_0000 | MIGRATION_AGENT, 0);
        assert!(!guest(0, 0, 0, [0; 8]).is(&migratable));
        assert!(guest(0, MIGRATION_AGENT, MIGRATION_AGENT, [0; 8]).is(&migratable));
    }
}
