//! Why evidence or collateral was refused.
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Why evidence or collateral was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Error {
    /// Longer than the bound for this kind of input, or holding more items than one may.
    TooLong,
    /// Not of the form that its format prescribes: truncated, wrong lengths, trailing bytes, duplicate keys.
    Malformed,
    /// A version, key type, vendor or algorithm that this code does not know.
    Unsupported,
    /// The enclave or machine can be inspected or changed from outside.
    Debug,
    /// The enclave's attributes have a bit that no use here allows.
    Attributes,
    /// Not valid yet.
    Early,
    /// Not valid any more.
    Expired,
    /// A signature does not verify.
    Signature,
    /// The certificates do not lead to the given root: another root, names that do not chain, or too many or few.
    Chain,
    /// A certificate does what its constraints or key usage do not allow, or lacks them.
    Usage,
    /// A certificate or list has a critical extension that this code does not know.
    Critical,
    /// A certificate is on the revocation list.
    Revoked,
    /// The collateral is for another kind, platform family or authority.
    Collateral,
    /// The quoting enclave is not the one that the QE identity describes, or did not report the attestation key.
    QuotingEnclave,
    /// The TDX module is not one that the TCB info describes.
    Module,
    /// The platform is below every TCB level.
    NoTcbLevel,
    /// The vendor has revoked the platform's TCB level.
    TcbRevoked,
    /// The report was made by another chip or firmware than the chip key is for.
    Chip,
}

impl From<der::Error> for Error {
    fn from(_: der::Error) -> Self {
        Self::Malformed
    }
}

impl From<minicbor::decode::Error> for Error {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}
