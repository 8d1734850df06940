//! Checks of an authorization against the chain. Nothing here changes anything.

use crate::{
    pallet::*,
    types::{PaymentState, Settings},
};
use assay_primitives::{
    address::{asset_address, asset_from_address, fallback_account},
    authorization::{Expected, Verified},
    id::payment_id,
    views::{OpenView, PaymentStatus},
    AccountId32, AssetId, Authorization, AuthorizationError, Balance, ChainDomain, PaymentId, TokenDomain, H160,
};
use frame_support::{
    ensure,
    traits::{
        fungibles::Inspect,
        tokens::{Fortitude::Polite, Preservation::Preserve},
        Get, UnixTime,
    },
};
use sp_runtime::DispatchError;

impl<T: Config> From<AuthorizationError> for Error<T> {
    fn from(error: AuthorizationError) -> Self {
        match error {
            AuthorizationError::WrongChain => Self::WrongChain,
            AuthorizationError::WrongToken => Self::WrongToken,
            AuthorizationError::WrongSpender => Self::WrongSpender,
            AuthorizationError::ValueTooLarge => Self::ValueTooLarge,
            AuthorizationError::NotYetValid => Self::NotYetValid,
            AuthorizationError::Expired => Self::Expired,
            AuthorizationError::ValidTooLong => Self::ValidTooLong,
            AuthorizationError::BadRecoveryId => Self::BadRecoveryId,
            AuthorizationError::HighS => Self::HighS,
            AuthorizationError::Unrecoverable => Self::BadSignature,
            AuthorizationError::WrongSigner => Self::WrongSigner,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// The chain's time in seconds.
    pub(crate) fn now() -> u64 {
        T::Time::now().as_secs()
    }

    /// EIP-712 domain of a payable asset.
    pub(crate) fn domain(asset: AssetId, chain: &ChainDomain) -> Result<TokenDomain, Error<T>> {
        let payable = PayableAssets::<T>::get(asset).ok_or(Error::<T>::UnknownAsset)?;
        Ok(TokenDomain::new(&payable.name, payable.revision, chain.genesis))
    }

    /// Everything that must hold before the money of an authorization in this asset may move, but for the recipient.
    pub(crate) fn verify(authorization: &Authorization, asset: AssetId) -> Result<Verified, DispatchError> {
        let chain = T::Chain::get();
        let domain = Self::domain(asset, &chain)?;
        let Settings { horizon, .. } = CurrentSettings::<T>::get();
        let expected = Expected {
            chain_id: chain.chain_id,
            token: asset_address(asset),
            domain: &domain,
            permit2: T::Permit2::get(),
            now: Self::now(),
            horizon,
        };
        ensure!(!Nonces::<T>::contains_key(authorization.nonce_key()), Error::<T>::NonceUsed);
        let verified = authorization.verify(&expected).map_err(Error::<T>::from)?;
        Self::ensure_spendable(asset, &Self::payer_account(verified.payer), verified.value)?;
        Ok(verified)
    }

    /// Whether an account can spend this much and stay alive.
    pub(crate) fn ensure_spendable(asset: AssetId, account: &AccountId32, value: Balance) -> Result<(), Error<T>> {
        ensure!(
            T::Assets::reducible_balance(asset, account, Preserve, Polite) >= value,
            Error::<T>::InsufficientBalance
        );
        Ok(())
    }

    /// The account that holds a payer's money: payers have a secp256k1 key, so no native account is behind them.
    pub(crate) fn payer_account(payer: H160) -> AccountId32 {
        fallback_account(payer)
    }

    /// The id that the authorization's payment has or would have, if its asset is payable.
    pub(crate) fn id_of(authorization: &Authorization) -> Option<PaymentId> {
        let domain = Self::domain(asset_from_address(authorization.token())?, &T::Chain::get()).ok()?;
        Some(payment_id(authorization.payer(), authorization.digest(&domain, &T::Permit2::get())))
    }

    pub(crate) fn status_of(authorization: &Authorization) -> PaymentStatus {
        let Some(id) = Self::id_of(authorization) else { return PaymentStatus::Unknown };
        match (Self::reserved_status(id), Nonces::<T>::get(authorization.nonce_key())) {
            (Some(status), _) => status,
            (None, Some(used)) if used.payment == id && used.plain => PaymentStatus::Paid { at: used.at },
            (None, Some(used)) if used.payment == id => PaymentStatus::Captured { at: used.at },
            _ => PaymentStatus::Unknown,
        }
    }

    /// Status of a payment that was reserved, for as long as it is remembered.
    pub(crate) fn reserved_status(id: PaymentId) -> Option<PaymentStatus> {
        let payment = ReservedPayments::<T>::get(id)?;
        Some(match payment.state {
            PaymentState::Open => PaymentStatus::Open(OpenView {
                payer: payment.payer,
                offer: payment.offer,
                asset: payment.asset,
                value: payment.value,
                reserved_at: payment.reserved_at,
                deadline: payment.deadline,
                prices: payment.prices,
            }),
            PaymentState::Captured(at) => PaymentStatus::Captured { at },
            PaymentState::Refunded(at) => PaymentStatus::Refunded { at },
        })
    }
}
