//! The questions that every program asks.

use crate::{At, Error};
use assay_primitives::{
    views::{ChainTerms, DayRow, PaymentStatus, ProviderView, ReceiptView, ServiceView, Token},
    AccountId32, AssetId, Authorization, Balance, Offer, PaymentId, ServiceId, Settlement, H160, H256,
};
use codec::{Decode, Encode};
use sp_runtime::DispatchError;

/// The start of an asset's record.
#[derive(Decode)]
struct Asset {
    _accounts: [AccountId32; 4],
    _supply: Balance,
    _deposit: Balance,
    min_balance: Balance,
    _is_sufficient: bool,
    _counts: [u32; 3],
    status: u8,
}

/// The start of a record of what an account has of an asset.
#[derive(Decode)]
struct Holding {
    balance: Balance,
    status: u8,
}

/// The start of a native account's record.
#[derive(Decode)]
struct Account {
    _nonce: u32,
    _consumers: u32,
    _providers: u32,
    _sufficients: u32,
    free: Balance,
}

impl At {
    /// Chain id, genesis hash, fee, bounds on times, and the clock of deadlines.
    pub async fn chain_terms(&self) -> Result<ChainTerms, Error> {
        self.view("X402", "chain_terms", ()).await
    }

    /// A payable asset as wallets see it; nothing if it is not payable.
    pub async fn token(&self, asset: AssetId) -> Result<Option<Token>, Error> {
        self.view("X402", "token", (asset,)).await
    }

    /// All payable assets.
    pub async fn tokens(&self) -> Result<Vec<Token>, Error> {
        let mut tokens = Vec::new();
        for key in self.storage_keys("X402", "PayableAssets").await? {
            // A key ends in the asset's id.
            let id = key.last_chunk::<4>().map(|id| AssetId::from_le_bytes(*id));
            if let Some(id) = id {
                tokens.extend(self.token(id).await?);
            }
        }
        tokens.sort_by_key(|token| token.asset);
        Ok(tokens)
    }

    /// What became of an authorization, for as long as its nonce is remembered.
    pub async fn authorization_status(&self, authorization: &Authorization) -> Result<PaymentStatus, Error> {
        self.view("X402", "authorization_status", (authorization,)).await
    }

    /// What an account may claim in an asset.
    pub async fn claimable(&self, owner: &AccountId32, asset: AssetId) -> Result<Balance, Error> {
        self.view("X402", "claimable", (owner, asset)).await
    }

    /// The account behind an address.
    pub async fn account_behind(&self, address: H160) -> Result<AccountId32, Error> {
        self.view("X402", "account_behind", (address,)).await
    }

    /// The address whose payment means an offer.
    pub async fn quote(&self, offer: &Offer) -> Result<H160, Error> {
        self.view("Inference", "quote", (offer,)).await
    }

    /// What became of a payment against an offer, for as long as the chain remembers it.
    pub async fn payment_status(&self, payment: PaymentId) -> Result<PaymentStatus, Error> {
        self.view("Inference", "payment_status", (payment,)).await
    }

    /// A captured receipt, for the time of retention.
    pub async fn receipt(&self, payment: PaymentId, leg: u32) -> Result<Option<ReceiptView>, Error> {
        self.view("Inference", "receipt", (payment, leg)).await
    }

    /// A service.
    pub async fn service(&self, id: ServiceId) -> Result<Option<ServiceView>, Error> {
        self.view("Inference", "service", (id,)).await
    }

    /// A provider.
    pub async fn provider(&self, account: &AccountId32) -> Result<Option<ProviderView>, Error> {
        self.view("Inference", "provider", (account,)).await
    }

    /// What settling this would answer now, changing nothing.
    pub async fn dry_run(&self, settlement: &Settlement) -> Result<Result<(), DispatchError>, Error> {
        self.view("Inference", "dry_run", (settlement,)).await
    }

    /// Use of the tiers on consecutive days.
    pub async fn daily(&self, from_day: u32, days: u32) -> Result<Vec<DayRow>, Error> {
        self.view("TierStats", "daily", (from_day, days)).await
    }

    /// Whether a nonce was used; its key is [`Authorization::nonce_key`].
    pub async fn nonce_used(&self, key: H256) -> Result<bool, Error> {
        Ok(self.storage::<()>("X402", "Nonces", vec![key.encode()]).await?.is_some())
    }

    /// How much of an asset an account has, without what is on hold.
    pub async fn balance(&self, asset: AssetId, account: &AccountId32) -> Result<Balance, Error> {
        Ok(self.holding(asset, account).await?.map_or(0, |holding| holding.balance))
    }

    /// How much of an asset an account can spend and stay alive: nothing where asset or account is frozen.
    pub async fn spendable(&self, asset: AssetId, account: &AccountId32) -> Result<Balance, Error> {
        let record: Option<Asset> = self.storage("Assets", "Asset", vec![asset.encode()]).await?;
        let (Some(record), Some(holding)) = (record, self.holding(asset, account).await?) else { return Ok(0) };
        let liquid = record.status == 0 && holding.status == 0;
        Ok(if liquid { holding.balance.saturating_sub(record.min_balance) } else { 0 })
    }

    async fn holding(&self, asset: AssetId, account: &AccountId32) -> Result<Option<Holding>, Error> {
        self.storage("Assets", "Account", vec![asset.encode(), account.encode()]).await
    }

    /// How much of the native token an account has free.
    pub async fn native_balance(&self, account: &AccountId32) -> Result<Balance, Error> {
        let record: Option<Account> = self.storage("System", "Account", vec![account.encode()]).await?;
        Ok(record.map_or(0, |record| record.free))
    }

    /// The block's time, in milliseconds since 1970.
    pub async fn time(&self) -> Result<u64, Error> {
        Ok(self.storage("Timestamp", "Now", vec![]).await?.unwrap_or_default())
    }
}
