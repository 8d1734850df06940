//! Time is an argument, in unix seconds; here are the windows in which things are valid.
use crate::Error;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// When something is valid, in unix seconds, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Window {
    /// First second of validity.
    pub from: u64,
    /// Last second of validity.
    pub until: u64,
}

impl Window {
    /// The times that lie in both.
    pub fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }

    /// [`Error::Early`] before the window, [`Error::Expired`] after it.
    pub fn check(self, now: u64) -> Result<(), Error> {
        if now < self.from {
            return Err(Error::Early);
        }
        if now > self.until {
            return Err(Error::Expired);
        }
        Ok(())
    }
}

/// Unix seconds of `YYYY-MM-DDThh:mm:ssZ`, the one form of RFC 3339 that Intel's collateral uses.
pub fn rfc3339(text: &str) -> Result<u64, Error> {
    let time: der::DateTime = text.parse()?;
    Ok(time.unix_duration().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_includes_both_ends() {
        let window = Window { from: 10, until: 20 }.and(Window { from: 5, until: 15 });
        assert_eq!(
            [9, 10, 15, 16].map(|now| window.check(now)),
            [Err(Error::Early), Ok(()), Ok(()), Err(Error::Expired)]
        );
    }

    #[test]
    fn only_the_one_form_of_a_date_is_read() {
        assert_eq!(rfc3339("2025-06-19T10:56:11Z"), Ok(1_750_330_571));
        for bad in [
            "",
            "2025-06-19T10:56:11",
            "2025-06-19 10:56:11Z",
            "2025-13-19T10:56:11Z",
            "2025-06-19T10:56:11.0Z",
            "2025-06-19T10:56:11+02:00",
            "1969-12-31T23:59:59Z",
            "2025-02-30T00:00:00Z",
        ] {
            assert_eq!(rfc3339(bad), Err(Error::Malformed), "{bad}");
        }
    }
}
