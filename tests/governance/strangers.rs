//! Whoever holds no office turns nothing.

use crate::{calls, Town};
use anyhow::{ensure, Context};
use assay_client::Call;
use assay_primitives::{TierStatus, H256};
use assay_tests::{address, fail, TUSD};
use codec::Compact;
use futures::future::try_join_all;

/// Whoever lacks the origin is told so.
const BAD: &str = "BadOrigin";

/// A stranger tries everything that governance does, by itself and in the bodies' place.
pub(crate) async fn are_refused(town: &Town) -> anyhow::Result<()> {
    let me = town.stranger.account();
    let call = |pallet, name| Call::new(pallet, name);
    let motion = |body| call(body, "propose").arg(&Compact(2u32)).arg_call(calls::set_fee(0)).arg(&Compact(1_000u32));
    let attempts = [
        (motion("Council"), "Council::NotMember"),
        (motion("TechnicalCommittee"), "TechnicalCommittee::NotMember"),
        (call("CouncilMembership", "add_member").arg(&address(me)), BAD),
        (call("TechnicalMembership", "add_member").arg(&address(me)), BAD),
        (call("Decisions", "decide").arg_call(calls::set_fee(0)), BAD),
        (call("Decisions", "veto").arg(&H256::zero()), BAD),
        (call("Whitelist", "whitelist_call").arg(&H256::zero()), BAD),
        (
            call("Whitelist", "dispatch_whitelisted_call_with_preimage").arg_call(calls::set_fee(0)),
            "Whitelist::DeferredDispatchNotFound",
        ),
        (calls::set_delay(5), BAD),
        (calls::set_fee(0), BAD),
        (call("X402", "delist_asset").arg(&TUSD), BAD),
        (calls::set_tier(TierStatus::Halted), BAD),
        (calls::add_srs(), BAD),
        (calls::withdraw_srs(), BAD),
        (calls::set_ezkl_floor(calls::HIGHER_FLOOR), BAD),
        (calls::add_root(), BAD),
        (calls::set_root_enabled(false), BAD),
        (calls::set_parameters(), BAD),
        (calls::revoke(), BAD),
        (calls::reinstate(), BAD),
        (calls::reserving("pause"), BAD),
        (calls::reserving("unpause"), BAD),
        (calls::safe_mode("force_enter"), BAD),
        (calls::safe_mode("force_exit"), BAD),
        (calls::safe_mode("enter"), "SafeMode::NotConfigured"),
        (calls::spend(me), BAD),
        (calls::admit(me), BAD),
        (call("Validators", "remove").arg(town.world.provider.account()), BAD),
        (call("System", "authorize_upgrade").arg(&H256::zero()), BAD),
        (call("System", "apply_authorized_upgrade").arg(&vec![0u8]), "System::NothingAuthorized"),
        (Call::sudo(calls::set_fee(0)), "Sudo::RequireSudo"),
    ];
    let each = attempts.into_iter().map(|(call, expected)| async move {
        let error = fail(&town.stranger, call.clone()).await.with_context(|| format!("{call:?}"))?;
        ensure!(error == expected, "{call:?}: {error}, not {expected}");
        anyhow::Ok(())
    });
    let refused = try_join_all(each).await?.len();
    town.tell(&format!("{refused} attempts of a stranger were refused"));
    Ok(())
}
