//! Writing DER.
use der::{
    asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, UintRef, UtcTime},
    Encode, Tag,
};
use std::time::Duration;

/// One value: tag, length, content.
pub(crate) fn tlv(tag: Tag, content: &[u8]) -> Vec<u8> {
    AnyRef::new(tag, content).and_then(|any| any.to_der()).expect("content is short")
}

pub(crate) fn sequence<T: AsRef<[u8]>>(parts: &[T]) -> Vec<u8> {
    tlv(Tag::Sequence, &concat(parts))
}

pub(crate) fn concat<T: AsRef<[u8]>>(parts: &[T]) -> Vec<u8> {
    parts.iter().flat_map(|part| part.as_ref()).copied().collect()
}

/// `[number]` around a constructed value.
pub(crate) fn explicit(number: u8, content: &[u8]) -> Vec<u8> {
    let mut out = tlv(Tag::Sequence, content);
    out[0] = 0xa0 | number;
    out
}

pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    ObjectIdentifier::new(dotted).expect("an object identifier").to_der().expect("short")
}

/// An integer that is not negative.
pub(crate) fn integer(big_endian: &[u8]) -> Vec<u8> {
    UintRef::new(big_endian).and_then(|number| number.to_der()).expect("short")
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(Tag::OctetString, bytes)
}

pub(crate) fn bits(unused: u8, bytes: &[u8]) -> Vec<u8> {
    tlv(Tag::BitString, &concat(&[&[unused][..], bytes]))
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    tlv(Tag::Boolean, &[if value { 0xff } else { 0 }])
}

/// UTCTime until 2049, GeneralizedTime after it (RFC 5280, 4.1.2.5).
pub(crate) fn time(unix: u64) -> Vec<u8> {
    let time = Duration::from_secs(unix);
    UtcTime::from_unix_duration(time)
        .and_then(|time| time.to_der())
        .or_else(|_| GeneralizedTime::from_unix_duration(time).and_then(|time| time.to_der()))
        .expect("before the year 10000")
}

/// A name with an organisation and a common name.
pub(crate) fn name(common: &str) -> Vec<u8> {
    let part = |id: &str, text: &str| tlv(Tag::Set, &sequence(&[oid(id), tlv(Tag::Utf8String, text.as_bytes())]));
    sequence(&[part("2.5.4.10", "Assay Simulated Attestation"), part("2.5.4.3", common)])
}
