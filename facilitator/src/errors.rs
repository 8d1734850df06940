//! Why a payment is refused, in the words that x402 SDKs match on.
//!
//! What has a word in the official SDK (`@x402/evm`, scheme `exact`) is called by it; EIP-3009 and Permit2 have words
//! of their own. What concerns offers is called `invalid_assay_offer_...`, and where the chain has a name for it, that
//! name follows: `Inference::ServiceInactive` is `invalid_assay_offer_service_inactive`.

use assay_client::Failure;
use assay_primitives::{Authorization, AuthorizationError};

/// How the payer signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `TransferWithAuthorization` of EIP-3009.
    Eip3009,
    /// `PermitWitnessTransferFrom` of Permit2.
    Permit2,
}

impl From<&Authorization> for Method {
    fn from(authorization: &Authorization) -> Self {
        match authorization {
            Authorization::Eip3009 { .. } => Self::Eip3009,
            Authorization::Permit2 { .. } => Self::Permit2,
        }
    }
}

/// Why a payment is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Another version of x402.
    Version,
    /// The payment payload is not readable.
    Payload,
    /// The payment payload is of no kind known here.
    PayloadType,
    /// The payment requirements are not readable.
    Requirements,
    /// Another scheme.
    Scheme,
    /// Another network.
    Network,
    /// The asset is not payable here.
    Asset,
    /// The requirements do not name the token's domain.
    DomainMissing,
    /// They give another name.
    TokenName,
    /// They give another version.
    TokenVersion,
    /// Another address is paid.
    Recipient,
    /// Another amount is paid.
    Amount,
    /// The amount is more than the chain can move.
    AmountTooLarge,
    /// Another contract may spend.
    Spender,
    /// Another token pays.
    Token,
    /// The signature is not the payer's.
    Signature,
    /// The authorization is, or is about to be, no longer valid, or is valid for longer than the chain remembers.
    Expired,
    /// The authorization is not valid yet.
    NotYetValid,
    /// The nonce was used.
    NonceUsed,
    /// The payer does not have the money.
    Balance,
    /// The outcome is not known yet; asking again is safe.
    Pending,
    /// The chain refused the transaction.
    Transaction,
    /// The facilitator has no room or no connection.
    Unavailable,
    /// What concerns the offer.
    Offer(String),
    /// What concerns a receipt.
    Receipt(String),
}

impl Reason {
    /// What concerns the offer.
    pub fn offer(what: &str) -> Self {
        Self::Offer(what.into())
    }

    /// What concerns a receipt.
    pub fn receipt(what: &str) -> Self {
        Self::Receipt(what.into())
    }

    /// The word for it.
    pub fn word(&self, method: Method) -> String {
        let (eip3009, permit2) = match self {
            Self::Version => return "invalid_x402_version".into(),
            Self::Payload => return "invalid_payload".into(),
            Self::PayloadType => return "unsupported_payload_type".into(),
            Self::Requirements => return "invalid_payment_requirements".into(),
            Self::Pending => return "settlement_pending".into(),
            Self::Unavailable => return "facilitator_unavailable".into(),
            Self::Offer(what) => return format!("invalid_assay_offer_{what}"),
            Self::Receipt(what) => return format!("invalid_assay_receipt_{what}"),
            Self::Asset => return "asset_not_deployed_contract".into(),
            Self::Network => return "invalid_exact_evm_network_mismatch".into(),
            Self::Transaction => return "invalid_exact_evm_transaction_failed".into(),
            Self::Scheme => ("invalid_exact_evm_scheme", "unsupported_payload_type"),
            Self::DomainMissing => ("invalid_exact_evm_missing_eip712_domain", "invalid_payment_requirements"),
            Self::TokenName => ("invalid_exact_evm_token_name_mismatch", "invalid_payment_requirements"),
            Self::TokenVersion => ("invalid_exact_evm_token_version_mismatch", "invalid_payment_requirements"),
            Self::Recipient => ("invalid_exact_evm_recipient_mismatch", "invalid_permit2_recipient_mismatch"),
            Self::Amount => ("invalid_exact_evm_payload_authorization_value_mismatch", "permit2_amount_mismatch"),
            Self::AmountTooLarge => ("invalid_exact_evm_authorization_value", "permit2_invalid_amount"),
            Self::Spender => ("invalid_payload", "invalid_permit2_spender"),
            Self::Token => ("invalid_payload", "permit2_token_mismatch"),
            Self::Signature => ("invalid_exact_evm_signature", "invalid_permit2_signature"),
            Self::Expired => ("invalid_exact_evm_payload_authorization_valid_before", "permit2_deadline_expired"),
            Self::NotYetValid => ("invalid_exact_evm_payload_authorization_valid_after", "permit2_not_yet_valid"),
            Self::NonceUsed => ("invalid_exact_evm_nonce_already_used", "permit2_invalid_nonce"),
            Self::Balance => ("invalid_exact_evm_insufficient_balance", "permit2_insufficient_balance"),
        };
        match method {
            Method::Eip3009 => eip3009,
            Method::Permit2 => permit2,
        }
        .into()
    }
}

impl From<AuthorizationError> for Reason {
    fn from(error: AuthorizationError) -> Self {
        match error {
            AuthorizationError::WrongChain => Self::Network,
            AuthorizationError::WrongToken => Self::Token,
            AuthorizationError::WrongSpender => Self::Spender,
            AuthorizationError::ValueTooLarge => Self::AmountTooLarge,
            AuthorizationError::NotYetValid => Self::NotYetValid,
            AuthorizationError::Expired | AuthorizationError::ValidTooLong => Self::Expired,
            AuthorizationError::BadRecoveryId
            | AuthorizationError::HighS
            | AuthorizationError::Unrecoverable
            | AuthorizationError::WrongSigner => Self::Signature,
        }
    }
}

impl From<&Failure> for Reason {
    fn from(failure: &Failure) -> Self {
        match failure.name.split_once("::") {
            Some(("X402", error)) => match error {
                "UnknownAsset" => Self::Asset,
                "WrongChain" => Self::Network,
                "WrongToken" => Self::Token,
                "WrongSpender" => Self::Spender,
                "ValueTooLarge" => Self::AmountTooLarge,
                "NotYetValid" => Self::NotYetValid,
                "Expired" | "ValidTooLong" => Self::Expired,
                "BadRecoveryId" | "HighS" | "BadSignature" | "WrongSigner" => Self::Signature,
                "NonceUsed" | "AlreadyCaptured" | "AlreadyRefunded" => Self::NonceUsed,
                "InsufficientBalance" => Self::Balance,
                "WrongRecipient" => Self::Recipient,
                "WrongValue" => Self::Amount,
                "DeliveryTimeOutOfBounds" | "DeadlinePassed" | "UnknownPayment" | "Overspent" => {
                    Self::Offer(snake_case(error))
                }
                _ => Self::Transaction,
            },
            Some(("Inference", error)) => Self::Offer(snake_case(error)),
            _ => Self::Transaction,
        }
    }
}

/// A reason with words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// In words for people, where there is more to say.
    pub message: Option<String>,
}

impl Refusal {
    /// A reason with words for people.
    pub fn new(reason: Reason, message: impl std::fmt::Display) -> Self {
        Self { reason, message: Some(message.to_string()) }
    }
}

impl<T: Into<Reason>> From<T> for Refusal {
    fn from(reason: T) -> Self {
        Self { reason: reason.into(), message: None }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::new(Reason::from(&failure), failure)
    }
}

impl From<assay_client::Error> for Refusal {
    fn from(error: assay_client::Error) -> Self {
        let reason = match error {
            assay_client::Error::Refused(_) => Reason::Transaction,
            assay_client::Error::LostFromSight => Reason::Pending,
            _ => Reason::Unavailable,
        };
        Self::new(reason, error)
    }
}

fn snake_case(name: &str) -> String {
    let mut word = String::with_capacity(name.len() + 4);
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(name: &str) -> Failure {
        Failure { name: name.into(), docs: String::new() }
    }

    #[test]
    fn the_chains_errors_have_the_sdks_words() {
        for (name, eip3009, permit2) in [
            ("X402::NonceUsed", "invalid_exact_evm_nonce_already_used", "permit2_invalid_nonce"),
            ("X402::WrongSigner", "invalid_exact_evm_signature", "invalid_permit2_signature"),
            ("X402::InsufficientBalance", "invalid_exact_evm_insufficient_balance", "permit2_insufficient_balance"),
            ("X402::Expired", "invalid_exact_evm_payload_authorization_valid_before", "permit2_deadline_expired"),
        ] {
            let reason = Reason::from(&failure(name));
            assert_eq!(reason.word(Method::Eip3009), eip3009);
            assert_eq!(reason.word(Method::Permit2), permit2);
        }
    }

    #[test]
    fn errors_about_offers_keep_the_chains_names() {
        let word = |name| Reason::from(&failure(name)).word(Method::Eip3009);
        assert_eq!(word("Inference::ServiceInactive"), "invalid_assay_offer_service_inactive");
        assert_eq!(word("X402::DeliveryTimeOutOfBounds"), "invalid_assay_offer_delivery_time_out_of_bounds");
        assert_eq!(word("Token::Frozen"), "invalid_exact_evm_transaction_failed");
    }

    #[test]
    fn every_authorization_error_has_a_reason() {
        assert_eq!(Reason::from(AuthorizationError::HighS), Reason::Signature);
        assert_eq!(Reason::from(AuthorizationError::ValidTooLong), Reason::Expired);
        assert_eq!(Reason::from(AuthorizationError::ValueTooLarge), Reason::AmountTooLarge);
    }
}
