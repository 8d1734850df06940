//! Books of Test USD, payments and receipts: kept from nothing but events, and read from a node's state to compare.
//!
//! What a capture takes from a hold, and what an equivocation costs, have no event in the pallets of assets: there the
//! events of x402 and inference say who got what.

use super::node::Node;
use crate::TUSD;
use anyhow::{ensure, Context};
use assay_client::Event;
use assay_primitives::{
    address::fallback_account, AccountId32, AssetId, Balance, PaymentId, PerLeg, Receipt, ServiceId, Tier, H160, H256,
};
use codec::Decode;
use pallet_inference::types::{CapturedLeg, CapturedPayment};
use pallet_x402::types::{Payment, PaymentState};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

/// Why money is on hold, as the runtime encodes it: a pallet's index, and that of the reason in it.
type Reason = [u8; 2];
/// An open payment of x402.
const PAYMENT: Reason = [50, 0];
/// A provider's bond.
const BOND: Reason = [53, 0];

/// What events and state must agree on. Amounts are Test USD, in its smallest unit; nothing is noted as zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What accounts have, without what is on hold.
    pub balances: BTreeMap<AccountId32, Balance>,
    /// What is on hold, by account and reason.
    pub holds: BTreeMap<(AccountId32, Reason), Balance>,
    /// Open payments: who pays, and how much.
    pub open: BTreeMap<PaymentId, (H160, Balance)>,
    /// Captured payments with their receipts.
    pub receipts: BTreeMap<PaymentId, CapturedPayment>,
    /// What could not be paid out.
    pub claims: BTreeMap<AccountId32, Balance>,
}

/// What a node's state holds.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// What has to be as the events say.
    pub state: State,
    /// Closed payments, for as long as they are remembered.
    pub closed: BTreeMap<PaymentId, PaymentState>,
    /// How much Test USD there is.
    pub supply: Balance,
}

/// Books that are kept from events.
pub struct Books {
    /// Where things stand.
    pub state: State,
    /// How reserved payments ended.
    pub closed: BTreeMap<PaymentId, PaymentState>,
    /// Plain payments.
    pub paid: BTreeSet<PaymentId>,
    payouts: BTreeMap<ServiceId, AccountId32>,
    mapped: BTreeMap<H160, AccountId32>,
    /// Claims of the capture that is under way.
    claimed: Vec<(AccountId32, Balance)>,
    capture: Option<Capture>,
    /// Whether a validator is expected to be reported for an offence.
    pub offences_expected: bool,
    treasury: AccountId32,
    claims_account: AccountId32,
}

/// A capture whose legs are being told.
struct Capture {
    payment: PaymentId,
    payer: H160,
    asset: AssetId,
    /// Whether the money was on hold. If not, the assets' own events tell where it went.
    held: bool,
    paid: Balance,
    fee: Balance,
    legs: Vec<CapturedLeg>,
    fees: Balance,
}

impl Kept {
    /// Reads a node's own state after a block.
    pub async fn read(node: &Node, at: H256) -> anyhow::Result<Self> {
        let mut state = State::default();
        for (key, value) in node.entries("Assets", "Account", at).await? {
            let (asset, who) = asset_and_account(&key)?;
            // The first field is the balance.
            note(&mut state.balances, asset, who, Balance::decode(&mut &value[..])?);
        }
        for (key, value) in node.entries("AssetsHolder", "Holds", at).await? {
            let (asset, who) = asset_and_account(&key)?;
            for (reason, amount) in Vec::<(Reason, Balance)>::decode(&mut &value[..])? {
                note(&mut state.holds, asset, (who.clone(), reason), amount);
            }
        }
        for (key, value) in node.entries("X402", "Claims", at).await? {
            // Behind hashes of 16 and 8 bytes.
            let (who, asset) = (part(&key, 16)?, part(&key, 56)?);
            note(
                &mut state.claims,
                AssetId::from_le_bytes(asset),
                AccountId32::new(who),
                Balance::decode(&mut &value[..])?,
            );
        }
        let mut closed = BTreeMap::new();
        for (key, value) in node.entries("X402", "ReservedPayments", at).await? {
            let (id, payment) = (H256(part(&key, 0)?), Payment::decode(&mut &value[..])?);
            if payment.state == PaymentState::Open {
                state.open.insert(id, (payment.payer, payment.value));
            } else {
                closed.insert(id, payment.state);
            }
        }
        for (key, value) in node.entries("Inference", "CapturedPayments", at).await? {
            state.receipts.insert(H256(part(&key, 0)?), CapturedPayment::decode(&mut &value[..])?);
        }
        let mut supply = 0;
        for (key, value) in node.entries("Assets", "Asset", at).await? {
            if AssetId::from_le_bytes(part(&key, 16)?) == TUSD {
                // Behind the four accounts that administer it.
                supply = <([AccountId32; 4], Balance)>::decode(&mut &value[..])?.1;
            }
        }
        Ok(Self { state, closed, supply })
    }
}

impl Books {
    /// Opens books on a state.
    pub fn open(state: State, treasury: AccountId32, claims_account: AccountId32) -> Self {
        Self {
            state,
            closed: BTreeMap::new(),
            paid: BTreeSet::new(),
            payouts: BTreeMap::new(),
            mapped: BTreeMap::new(),
            claimed: Vec::new(),
            capture: None,
            offences_expected: false,
            treasury,
            claims_account,
        }
    }

    /// Enters what happened in a block.
    pub fn enter(&mut self, block: u32, event: &Event) -> anyhow::Result<()> {
        let entered = match &*event.pallet {
            "Assets" | "AssetsHolder" => self.enter_assets(event),
            "X402" => self.enter_x402(block, event),
            "Inference" => self.enter_inference(block, event),
            "Offences" if !self.offences_expected => {
                Err(anyhow::anyhow!("an honest validator was reported for an offence"))
            }
            _ => Ok(()),
        };
        entered.with_context(|| format!("{}.{} in block {block}", event.pallet, event.name))
    }

    fn enter_assets(&mut self, event: &Event) -> anyhow::Result<()> {
        let state = &mut self.state;
        match (&*event.pallet, &*event.name) {
            ("Assets", "Issued" | "Deposited") => {
                let (asset, who, amount) = event.decode()?;
                note(&mut state.balances, asset, who, amount);
            }
            ("Assets", "Burned" | "Withdrawn") => {
                let (asset, who, amount) = event.decode()?;
                strike(&mut state.balances, asset, who, amount)?;
            }
            ("Assets", "Transferred") => {
                let (asset, from, to, amount): (AssetId, AccountId32, AccountId32, Balance) = event.decode()?;
                strike(&mut state.balances, asset, from, amount)?;
                note(&mut state.balances, asset, to, amount);
            }
            ("AssetsHolder", name @ ("Held" | "Released" | "Burned")) => {
                let (who, asset, reason, amount): (AccountId32, AssetId, Reason, Balance) = event.decode()?;
                match name {
                    "Held" => {
                        strike(&mut state.balances, asset, who.clone(), amount)?;
                        note(&mut state.holds, asset, (who, reason), amount);
                    }
                    "Released" => {
                        strike(&mut state.holds, asset, (who.clone(), reason), amount)?;
                        note(&mut state.balances, asset, who, amount);
                    }
                    _ => strike(&mut state.holds, asset, (who, reason), amount)?,
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn enter_x402(&mut self, block: u32, event: &Event) -> anyhow::Result<()> {
        match &*event.name {
            "Paid" => {
                let (id,) = event.decode()?;
                self.paid.insert(id);
            }
            "Reserved" => {
                let (id, payer, _offer, _asset, value): (PaymentId, H160, H160, AssetId, Balance) = event.decode()?;
                self.state.open.insert(id, (payer, value));
            }
            "Captured" => {
                let (payment, payer, asset, paid, fee, kept): (PaymentId, H160, AssetId, Balance, Balance, Balance) =
                    event.decode()?;
                ensure!(self.capture.is_none(), "a capture within a capture");
                let open = self.state.open.remove(&payment);
                if let Some((_, value)) = open {
                    ensure!(paid.checked_add(kept) == Some(value), "{paid} and {kept} of {value}");
                    strike(&mut self.state.holds, asset, (fallback_account(payer), PAYMENT), paid)?;
                    self.closed.insert(payment, PaymentState::Captured(block));
                }
                let held = open.is_some();
                self.capture = Some(Capture { payment, payer, asset, held, paid, fee, legs: Vec::new(), fees: 0 });
                let treasury = self.treasury.clone();
                self.earn(treasury.clone(), treasury, fee);
            }
            "Refunded" => {
                let (id,): (PaymentId,) = event.decode()?;
                self.state.open.remove(&id).context("it was not open")?;
                self.closed.insert(id, PaymentState::Refunded(block));
            }
            "ClaimAdded" => {
                let (owner, asset, amount): (AccountId32, AssetId, Balance) = event.decode()?;
                note(&mut self.state.claims, asset, owner.clone(), amount);
                self.claimed.push((owner, amount));
            }
            "ClaimPaid" => {
                let (owner, _to, asset, amount): (AccountId32, AccountId32, AssetId, Balance) = event.decode()?;
                strike(&mut self.state.claims, asset, owner, amount)?;
            }
            "AccountMapped" => {
                let (account, address) = event.decode()?;
                self.mapped.insert(address, account);
            }
            _ => {}
        }
        Ok(())
    }

    fn enter_inference(&mut self, block: u32, event: &Event) -> anyhow::Result<()> {
        match &*event.name {
            "ServiceRegistered" => {
                type Fields = (ServiceId, AccountId32, H256, Tier, H256, AssetId, Balance, AccountId32);
                let (service, .., payout): Fields = event.decode()?;
                self.payouts.insert(service, payout);
            }
            "ServiceUpdated" => {
                let (service, _, _, payout): (ServiceId, Balance, bool, AccountId32) = event.decode()?;
                self.payouts.insert(service, payout);
            }
            "ReceiptSettled" => {
                type Fields = (Receipt, H160, AccountId32, H256, Tier, AssetId, Balance);
                let (receipt, _, provider, .., fee): Fields = event.decode()?;
                let Receipt { payment, service, request, response, amount, issued_at, .. } = receipt;
                let capture = self.capture.as_mut().filter(|capture| capture.payment == payment);
                let capture = capture.context("a receipt of no capture")?;
                capture.fees += fee;
                capture.legs.push(CapturedLeg { service, request, response, amount, issued_at, equivocated: false });
                let payout = self.payouts.get(&service).context("a receipt of no service")?.clone();
                self.earn(provider, payout, amount.checked_sub(fee).context("a fee above the amount")?);
            }
            "Settled" => {
                let (payment,): (PaymentId,) = event.decode()?;
                let capture = self.capture.take().filter(|capture| capture.payment == payment);
                let capture = capture.context("the end of no capture")?;
                ensure!(!capture.held || self.claimed.is_empty(), "claims of nobody: {:?}", self.claimed);
                self.claimed.clear();
                let Capture { payer, asset, paid, fee, legs, fees, .. } = capture;
                let amounts: Balance = legs.iter().map(|leg| leg.amount).sum();
                ensure!(amounts == paid && fees == fee, "{amounts} and {fees}, not {paid} and {fee}");
                let legs = PerLeg::truncate_from(legs);
                self.state.receipts.insert(payment, CapturedPayment { at: block, payer, asset, legs });
            }
            "Equivocated" => {
                type Fields = (PaymentId, u32, AccountId32, H256, Balance, Balance);
                let (payment, leg, provider, _, slashed, to_payer): Fields = event.decode()?;
                let captured = self.state.receipts.get_mut(&payment).context("of no captured payment")?;
                captured.legs.get_mut(leg as usize).context("of no leg")?.equivocated = true;
                let (payer, asset) = (captured.payer, captured.asset);
                let payer = self.mapped.get(&payer).cloned().unwrap_or_else(|| fallback_account(payer));
                let rest = slashed.checked_sub(to_payer).context("more to the payer than was slashed")?;
                strike(&mut self.state.holds, asset, (provider, BOND), slashed)?;
                note(&mut self.state.balances, asset, payer, to_payer);
                note(&mut self.state.balances, asset, self.treasury.clone(), rest);
            }
            _ => {}
        }
        Ok(())
    }

    /// Somebody's part of the money that was on hold for the capture that is under way: it is paid, or became a claim.
    fn earn(&mut self, owner: AccountId32, account: AccountId32, amount: Balance) {
        let Some(Capture { asset, held: true, .. }) = self.capture else { return };
        let to = match self.claimed.iter().position(|(who, claim)| *who == owner && *claim == amount) {
            Some(at) => {
                self.claimed.swap_remove(at);
                self.claims_account.clone()
            }
            None => account,
        };
        note(&mut self.state.balances, asset, to, amount);
    }

    /// Fails where a node's state is another.
    pub fn compare(&self, kept: &Kept) -> anyhow::Result<()> {
        let Kept { state, closed, supply } = kept;
        same("balance", &self.state.balances, &state.balances)?;
        same("hold", &self.state.holds, &state.holds)?;
        same("open payment", &self.state.open, &state.open)?;
        same("receipt", &self.state.receipts, &state.receipts)?;
        same("claim", &self.state.claims, &state.claims)?;
        for (id, ended) in closed {
            ensure!(
                self.closed.get(id) == Some(ended),
                "payment {id:?}: {:?} by events, {ended:?}",
                self.closed.get(id)
            );
        }
        let all: Balance = state.balances.values().chain(state.holds.values()).sum();
        ensure!(all == *supply, "all accounts have {all} together, of {supply}");

        let mut reserved = BTreeMap::new();
        for (payer, value) in state.open.values() {
            note(&mut reserved, TUSD, (fallback_account(*payer), PAYMENT), *value);
        }
        let held = state.holds.iter().filter(|((_, reason), _)| *reason == PAYMENT);
        same("sum of open payments", &reserved, &held.map(|(key, amount)| (key.clone(), *amount)).collect())
    }
}

/// Adds to an account, if it is Test USD.
fn note<K: Ord>(accounts: &mut BTreeMap<K, Balance>, asset: AssetId, key: K, amount: Balance) {
    if asset == TUSD && amount > 0 {
        *accounts.entry(key).or_default() += amount;
    }
}

/// Takes from an account, if it is Test USD.
fn strike<K: Ord + Debug>(
    accounts: &mut BTreeMap<K, Balance>,
    asset: AssetId,
    key: K,
    amount: Balance,
) -> anyhow::Result<()> {
    if asset != TUSD || amount == 0 {
        return Ok(());
    }
    let before = accounts.remove(&key).unwrap_or_default();
    let after = before.checked_sub(amount).with_context(|| format!("{key:?} has {before}, not {amount}"))?;
    note(accounts, asset, key, after);
    Ok(())
}

/// Fails with the first entry that differs.
fn same<K: Ord + Debug, V: PartialEq + Debug>(
    what: &str,
    events: &BTreeMap<K, V>,
    state: &BTreeMap<K, V>,
) -> anyhow::Result<()> {
    for key in events.keys().chain(state.keys()) {
        let [by_events, by_state] = [events.get(key), state.get(key)];
        ensure!(by_events == by_state, "{what} of {key:?}: {by_events:?} by events, {by_state:?} by the state");
    }
    Ok(())
}

/// Bytes of a key, from a place on.
fn part<const N: usize>(key: &[u8], from: usize) -> anyhow::Result<[u8; N]> {
    key.get(from..).and_then(|rest| rest.first_chunk().copied()).context("the key is too short")
}

/// The keys of a map by asset and account, each behind a hash of 16 bytes.
fn asset_and_account(key: &[u8]) -> anyhow::Result<(AssetId, AccountId32)> {
    Ok((AssetId::from_le_bytes(part(key, 16)?), AccountId32::new(part(key, 36)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(byte: u8) -> AccountId32 {
        AccountId32::new([byte; 32])
    }

    /// One payer with an open payment, and somebody who has something.
    fn kept() -> Kept {
        let (id, payer) = (H256::repeat_byte(1), H160::repeat_byte(2));
        let state = State {
            balances: [(account(3), 70), (fallback_account(payer), 10)].into(),
            holds: [((fallback_account(payer), PAYMENT), 20)].into(),
            open: [(id, (payer, 20))].into(),
            ..Default::default()
        };
        Kept { state, supply: 100, ..Default::default() }
    }

    fn differs(change: impl Fn(&mut Kept)) -> bool {
        let books = Books::open(kept().state, account(8), account(9));
        let mut other = kept();
        change(&mut other);
        books.compare(&other).is_err()
    }

    #[test]
    fn every_difference_between_events_and_state_is_found() {
        assert!(!differs(|_| {}));
        let payer = fallback_account(H160::repeat_byte(2));
        assert!(differs(|kept| {
            kept.state.balances.insert(account(3), 71);
        }));
        assert!(differs(|kept| {
            kept.state.balances.remove(&account(3));
        }));
        assert!(differs(|kept| {
            kept.state.balances.insert(account(4), 1);
        }));
        assert!(differs(|kept| {
            kept.state.holds.insert((payer.clone(), BOND), 1);
        }));
        assert!(differs(|kept| kept.state.open.clear()));
        assert!(differs(|kept| {
            kept.state.claims.insert(account(3), 1);
        }));
        assert!(differs(|kept| {
            kept.closed.insert(H256::repeat_byte(1), PaymentState::Captured(1));
        }));
        assert!(differs(|kept| kept.supply += 1));
        let receipt = CapturedPayment { at: 1, payer: H160::zero(), asset: TUSD, legs: PerLeg::default() };
        assert!(differs(|kept| {
            kept.state.receipts.insert(H256::zero(), receipt.clone());
        }));
    }

    #[test]
    fn money_on_hold_without_a_payment_is_found_though_events_agree() {
        let mut without = kept();
        without.state.open.clear();
        let books = Books::open(without.state.clone(), account(8), account(9));
        assert!(books.compare(&without).is_err());
    }

    #[test]
    fn nobody_can_spend_what_is_not_there() {
        let mut accounts = kept().state.balances;
        assert!(strike(&mut accounts, TUSD, account(3), 71).is_err());
        assert!(strike(&mut accounts, TUSD, account(5), 1).is_err());
        let mut accounts = kept().state.balances;
        assert!(strike(&mut accounts, TUSD, account(3), 70).is_ok());
        assert!(!accounts.contains_key(&account(3)), "nothing is noted as zero");
    }
}
