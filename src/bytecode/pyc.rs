//! The header of a `.pyc`: magic number, flags, and what ties the file to its source.
//!
//! ```text
//!   0..4    magic number
//!   4..8    flags: bit 0 hash-based, bit 1 the hash is to be checked
//!   8..16   modification time and size of the source, or the hash of the source
//!   16..    the code object, as marshal writes it
//! ```
//!
//! All numbers are little-endian. Nothing here does IO, and the words of the errors are the caller's, since they name the module.
//!
//! CPython 3.11: `_classify_pyc`, `_validate_timestamp_pyc`, `_validate_hash_pyc` and `_code_to_*_pyc` in
//! `Lib/importlib/_bootstrap_external.py`, `_imp.source_hash` in `Python/import.c`.

use base::hash::siphash13;

/// The magic number of CPython 3.11.
pub const MAGIC: u16 = 3495;
/// The first four bytes of a pyc (`importlib.util.MAGIC_NUMBER`).
pub const MAGIC_NUMBER: [u8; 4] = *b"\xa7\r\r\n";
/// The magic number as the key of `source_hash` (`_RAW_MAGIC_NUMBER`).
pub const RAW_MAGIC_NUMBER: u64 = u32::from_le_bytes(MAGIC_NUMBER) as u64;
/// Length of the header.
pub const HEADER_LEN: usize = 16;

const FLAG_HASH_BASED: u32 = 1;
const FLAG_CHECK_SOURCE: u32 = 2;

/// What a pyc says about its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// The source had this modification time and size, both modulo 2^32.
    Timestamp {
        /// Seconds since the epoch.
        mtime: u32,
        /// Size in bytes.
        size: u32,
    },
    /// The source had this hash.
    Hash {
        /// Whether the hash is compared with the source on import.
        check_source: bool,
        /// `source_hash` of the source.
        hash: [u8; 8],
    },
}

/// Why a header is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It does not start with the magic number; the bytes that are there instead are the first four of the file.
    BadMagic,
    /// The file ends inside the header.
    TooShort,
    /// Unknown flags are set.
    InvalidFlags(u32),
}

impl Header {
    /// Reads the header at the start of a pyc.
    pub fn parse(pyc: &[u8]) -> Result<Header, HeaderError> {
        if !pyc.starts_with(&MAGIC_NUMBER) {
            return Err(HeaderError::BadMagic);
        }
        let Some(header) = pyc.first_chunk::<HEADER_LEN>() else {
            return Err(HeaderError::TooShort);
        };
        let [_, _, _, _, f0, f1, f2, f3, rest @ ..] = *header;
        let flags = u32::from_le_bytes([f0, f1, f2, f3]);
        if flags & !(FLAG_HASH_BASED | FLAG_CHECK_SOURCE) != 0 {
            return Err(HeaderError::InvalidFlags(flags));
        }
        if flags & FLAG_HASH_BASED != 0 {
            return Ok(Header::Hash {
                check_source: flags & FLAG_CHECK_SOURCE != 0,
                hash: rest,
            });
        }
        let [m0, m1, m2, m3, s0, s1, s2, s3] = rest;
        Ok(Header::Timestamp {
            mtime: u32::from_le_bytes([m0, m1, m2, m3]),
            size: u32::from_le_bytes([s0, s1, s2, s3]),
        })
    }

    /// A header for a source with this modification time and size, which are cut to 32 bits.
    pub fn timestamp(mtime: i64, size: u64) -> Header {
        Header::Timestamp {
            mtime: mtime as u32,
            size: size as u32,
        }
    }

    /// A header with the hash of `source`.
    pub fn hash(source: &[u8], check_source: bool) -> Header {
        Header::Hash {
            check_source,
            hash: source_hash(source),
        }
    }

    /// The header's bytes.
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[..4].copy_from_slice(&MAGIC_NUMBER);
        match *self {
            Header::Timestamp { mtime, size } => {
                bytes[8..12].copy_from_slice(&mtime.to_le_bytes());
                bytes[12..].copy_from_slice(&size.to_le_bytes());
            }
            Header::Hash { check_source, hash } => {
                let check = if check_source { FLAG_CHECK_SOURCE } else { 0 };
                bytes[4..8].copy_from_slice(&(FLAG_HASH_BASED | check).to_le_bytes());
                bytes[8..].copy_from_slice(&hash);
            }
        }
        bytes
    }
}

/// The hash of a source file as hash-based pycs store it (`importlib.util.source_hash`).
pub fn source_hash(source: &[u8]) -> [u8; 8] {
    keyed_source_hash(RAW_MAGIC_NUMBER, source)
}

/// `_imp.source_hash`.
pub fn keyed_source_hash(key: u64, source: &[u8]) -> [u8; 8] {
    siphash13(key, 0, source).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::{Header, HeaderError, keyed_source_hash, source_hash};

    #[test]
    fn source_hashes_are_those_of_cpython() {
        assert_eq!(
            source_hash(b"x = 1\n"),
            *b"\x4c\x03\x72\xaa\x93\xf7\x52\x52"
        );
        assert_eq!(source_hash(b""), 8322626641513450867u64.to_le_bytes());
        let bytes: Vec<u8> = (0..64).collect();
        assert_eq!(source_hash(&bytes), 88600718624016417u64.to_le_bytes());
        assert_ne!(keyed_source_hash(0, b"a"), source_hash(b"a"));
    }

    #[test]
    fn headers_survive_the_trip() {
        for header in [
            Header::timestamp(1_700_000_000, 24),
            Header::timestamp(-5, 1 << 32),
            Header::hash(b"x = 1\n", true),
            Header::hash(b"x = 1\n", false),
        ] {
            assert_eq!(Header::parse(&header.to_bytes()), Ok(header));
        }
    }

    #[test]
    fn bad_headers_are_told_apart() {
        let good = Header::timestamp(0, 0).to_bytes();
        assert_eq!(Header::parse(&good[..3]), Err(HeaderError::BadMagic));
        assert_eq!(Header::parse(&good[..15]), Err(HeaderError::TooShort));
        let mut flags = good;
        flags[4] = 4;
        assert_eq!(Header::parse(&flags), Err(HeaderError::InvalidFlags(4)));
        flags[4] = 2;
        assert_eq!(
            Header::parse(&flags),
            Ok(Header::Timestamp { mtime: 0, size: 0 })
        );
    }
}
