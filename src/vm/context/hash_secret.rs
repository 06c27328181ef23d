//! The secret key of str and bytes hashes (`PYTHONHASHSEED`).
//!
//! CPython 3.11: `Python/bootstrap_hash.c`, `Python/pyhash.c`.

/// Key of siphash13.
#[derive(Clone, Copy, Debug)]
pub struct HashSecret {
    k0: u64,
    k1: u64,
}

impl HashSecret {
    /// A key from two words.
    pub fn new(k0: u64, k1: u64) -> HashSecret {
        HashSecret { k0, k1 }
    }

    /// The hash of bytes: 0 for none, never -1.
    #[inline]
    pub fn hash_bytes(&self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() {
            return 0;
        }
        match base::hash::siphash13(self.k0, self.k1, bytes) as i64 {
            -1 => -2,
            hash => hash,
        }
    }
}
