//! Python's hash functions: SipHash-1-3 for text and bytes, arithmetic modulo the Mersenne prime 2^61 - 1 for numbers,
//! and the combiners for tuples and frozensets.
//!
//! Equal numbers of different types must hash alike, so every number is reduced as a rational modulo P = 2^61 - 1;
//! multiplying by 2^e modulo P is a rotation of 61 bits, which makes floats cheap. A hash is never -1, since C code uses
//! that value for "error": each function below maps -1 as CPython does, except [`siphash13`], the raw function
//! (see [`hash_bytes`]).
//!
//! CPython 3.11: Python/pyhash.c, Python/bootstrap_hash.c, and the hash functions of tupleobject.c, setobject.c,
//! complexobject.c, longobject.c.

use num_bigint::{BigInt, Sign};

/// The prime modulus of numeric hashes, `sys.hash_info.modulus`.
pub const HASH_MODULUS: u64 = (1 << HASH_BITS) - 1;
/// Number of bits of [`HASH_MODULUS`].
pub const HASH_BITS: u32 = 61;
/// Hash of positive infinity, `sys.hash_info.inf`.
pub const HASH_INF: i64 = 314159;
/// Multiplier of the imaginary part, `sys.hash_info.imag`.
pub const HASH_IMAG: u64 = 1000003;

/// The key of [`siphash13`] for one process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct HashSecret {
    pub k0: u64,
    pub k1: u64,
}

impl HashSecret {
    /// The key that `PYTHONHASHSEED=seed` selects; zero disables randomisation.
    pub fn from_seed(seed: u32) -> HashSecret {
        if seed == 0 {
            return HashSecret::default();
        }
        let mut bytes = [0u8; 16];
        lcg_urandom(seed, &mut bytes);
        HashSecret::from_bytes(bytes)
    }

    /// The key made of sixteen random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> HashSecret {
        let all = u128::from_le_bytes(bytes);
        HashSecret {
            k0: all as u64,
            k1: (all >> 64) as u64,
        }
    }
}

/// The linear congruential generator that stretches `PYTHONHASHSEED` to the size of the secret.
pub fn lcg_urandom(seed: u32, buffer: &mut [u8]) {
    let mut x = seed;
    for byte in buffer {
        x = x.wrapping_mul(214013).wrapping_add(2531011);
        *byte = (x >> 16) as u8;
    }
}

/// Map the reserved value -1 to -2.
#[inline]
pub const fn fix_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// `_Py_HashBytes`: the hash of `bytes`, of a latin-1 `str`'s storage, and of any other raw memory.
#[inline]
pub fn hash_bytes(secret: HashSecret, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    fix_minus_one(siphash13(secret.k0, secret.k1, bytes) as i64)
}

/// Hash of a `str` whose storage has two bytes per character (the memory image, little endian).
pub fn hash_ucs2(secret: HashSecret, units: &[u16]) -> i64 {
    let mut sip = SipHasher::new(secret, units.len() * 2);
    let mut chunks = units.chunks_exact(4);
    for chunk in &mut chunks {
        sip.word(
            u64::from(chunk[0])
                | u64::from(chunk[1]) << 16
                | u64::from(chunk[2]) << 32
                | u64::from(chunk[3]) << 48,
        );
    }
    let mut tail = 0;
    for (i, &unit) in chunks.remainder().iter().enumerate() {
        tail |= u64::from(unit) << (16 * i);
    }
    if units.is_empty() {
        0
    } else {
        fix_minus_one(sip.finish(tail) as i64)
    }
}

/// Hash of a `str` whose storage has four bytes per character (the memory image, little endian).
pub fn hash_ucs4(secret: HashSecret, units: &[u32]) -> i64 {
    let mut sip = SipHasher::new(secret, units.len() * 4);
    let mut chunks = units.chunks_exact(2);
    for chunk in &mut chunks {
        sip.word(u64::from(chunk[0]) | u64::from(chunk[1]) << 32);
    }
    let tail = chunks
        .remainder()
        .first()
        .map_or(0, |&unit| u64::from(unit));
    if units.is_empty() {
        0
    } else {
        fix_minus_one(sip.finish(tail) as i64)
    }
}

/// SipHash with one compression round and three finalisation rounds; the raw function, without the -1 rule.
#[inline]
pub fn siphash13(k0: u64, k1: u64, bytes: &[u8]) -> u64 {
    let mut sip = SipHasher::new(HashSecret { k0, k1 }, bytes.len());
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0u8; 8];
        word.copy_from_slice(chunk);
        sip.word(u64::from_le_bytes(word));
    }
    let rest = chunks.remainder();
    let mut tail = [0u8; 8];
    tail[..rest.len()].copy_from_slice(rest);
    sip.finish(u64::from_le_bytes(tail))
}

struct SipHasher {
    v0: u64,
    v1: u64,
    v2: u64,
    v3: u64,
    length: u64,
}

impl SipHasher {
    #[inline]
    fn new(secret: HashSecret, length: usize) -> SipHasher {
        SipHasher {
            v0: secret.k0 ^ 0x736f6d6570736575,
            v1: secret.k1 ^ 0x646f72616e646f6d,
            v2: secret.k0 ^ 0x6c7967656e657261,
            v3: secret.k1 ^ 0x7465646279746573,
            length: length as u64,
        }
    }

    #[inline]
    fn round(&mut self) {
        self.v0 = self.v0.wrapping_add(self.v1);
        self.v2 = self.v2.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(13) ^ self.v0;
        self.v3 = self.v3.rotate_left(16) ^ self.v2;
        self.v0 = self.v0.rotate_left(32);
        self.v2 = self.v2.wrapping_add(self.v1);
        self.v0 = self.v0.wrapping_add(self.v3);
        self.v1 = self.v1.rotate_left(17) ^ self.v2;
        self.v3 = self.v3.rotate_left(21) ^ self.v0;
        self.v2 = self.v2.rotate_left(32);
    }

    #[inline]
    fn word(&mut self, word: u64) {
        self.v3 ^= word;
        self.round();
        self.v0 ^= word;
    }

    /// `tail` holds the last `length % 8` bytes in its low end.
    #[inline]
    fn finish(mut self, tail: u64) -> u64 {
        self.word(self.length << 56 | tail);
        self.v2 ^= 0xff;
        self.round();
        self.round();
        self.round();
        (self.v0 ^ self.v1) ^ (self.v2 ^ self.v3)
    }
}

/// Hash of an `int` that fits 64 bits.
#[inline]
pub fn hash_i64(value: i64) -> i64 {
    let residue = (value.unsigned_abs() % HASH_MODULUS) as i64;
    fix_minus_one(if value < 0 { -residue } else { residue })
}

/// Hash of an `int` of any size.
pub fn hash_bigint(value: &BigInt) -> i64 {
    // 2^64 = 8 (mod P), so Horner's rule over 64-bit digits needs a multiplication by 8 per digit.
    let mut residue: u64 = 0;
    for digit in value.iter_u64_digits().rev() {
        let sum = (u128::from(residue) << 64) | u128::from(digit);
        residue = reduce_u128(sum);
    }
    let residue = residue as i64;
    fix_minus_one(if value.sign() == Sign::Minus {
        -residue
    } else {
        residue
    })
}

/// `value` modulo P.
#[inline]
fn reduce_u128(value: u128) -> u64 {
    let mask = u128::from(HASH_MODULUS);
    let folded = (value & mask) + ((value >> 61) & mask) + (value >> 122);
    (folded % mask) as u64
}

/// Hash of a finite or infinite `float`. `None` for a NaN, whose hash is [`hash_pointer`] of the object.
#[inline]
pub fn hash_f64(value: f64) -> Option<i64> {
    if !value.is_finite() {
        return if value.is_nan() {
            None
        } else if value > 0.0 {
            Some(HASH_INF)
        } else {
            Some(-HASH_INF)
        };
    }
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if field == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, field - 1075)
    };
    let shift = exponent.rem_euclid(HASH_BITS as i32) as u32;
    let mut residue = mul_power_of_two(mantissa, shift);
    if residue == HASH_MODULUS {
        residue = 0;
    }
    let residue = residue as i64;
    Some(fix_minus_one(if value < 0.0 { -residue } else { residue }))
}

/// `residue * 2^shift` modulo P for `residue <= P`, `shift < 61`: a rotation within 61 bits.
#[inline]
pub const fn mul_power_of_two(residue: u64, shift: u32) -> u64 {
    ((residue << shift) & HASH_MODULUS) | residue >> (HASH_BITS - shift)
}

/// Hash of a `complex` from the hashes of its parts (for a NaN part the object's pointer hash).
#[inline]
pub fn combine_complex(real: i64, imag: i64) -> i64 {
    fix_minus_one((real as u64).wrapping_add(HASH_IMAG.wrapping_mul(imag as u64)) as i64)
}

/// `_Py_HashPointer`: the hash of an object by identity.
#[inline]
pub fn hash_pointer(address: usize) -> i64 {
    // The low four bits are mostly zero; rotating them away keeps small tables spread.
    fix_minus_one((address as u64).rotate_right(4) as i64)
}

/// Combines the hashes of a tuple's items, in order (xxHash with one lane).
#[derive(Clone, Debug)]
pub struct TupleHasher {
    acc: u64,
    length: u64,
}

const XXPRIME_1: u64 = 11400714785074694791;
const XXPRIME_2: u64 = 14029467366897019727;
const XXPRIME_5: u64 = 2870177450012600261;

impl TupleHasher {
    pub fn new() -> TupleHasher {
        TupleHasher {
            acc: XXPRIME_5,
            length: 0,
        }
    }

    /// Add the next item's hash.
    #[inline]
    pub fn add(&mut self, item_hash: i64) {
        self.acc = self
            .acc
            .wrapping_add((item_hash as u64).wrapping_mul(XXPRIME_2));
        self.acc = self.acc.rotate_left(31).wrapping_mul(XXPRIME_1);
        self.length += 1;
    }

    /// The tuple's hash.
    #[inline]
    pub fn finish(self) -> i64 {
        let acc = self.acc.wrapping_add(self.length ^ (XXPRIME_5 ^ 3527539));
        if acc == u64::MAX {
            1546275796
        } else {
            acc as i64
        }
    }
}

/// Combines the hashes of a frozenset's entries, in any order.
#[derive(Clone, Debug)]
pub struct FrozensetHasher {
    acc: u64,
    length: u64,
}

impl FrozensetHasher {
    pub fn new() -> FrozensetHasher {
        FrozensetHasher { acc: 0, length: 0 }
    }

    /// Add one entry's hash.
    #[inline]
    pub fn add(&mut self, item_hash: i64) {
        let h = item_hash as u64;
        self.acc ^= ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
        self.length += 1;
    }

    /// The frozenset's hash.
    pub fn finish(self) -> i64 {
        let mut hash = self.acc ^ self.length.wrapping_add(1).wrapping_mul(1927868237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69069).wrapping_add(907133923);
        if hash == u64::MAX {
            590923713
        } else {
            hash as i64
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn str_hashes(seed: u32) -> Vec<i64> {
        let secret = HashSecret::from_seed(seed);
        let latin: [&[u8]; 6] = [
            b"",
            b"a",
            b"abcdefg",
            b"abcdefgh",
            b"hello world, this is a test",
            b"h\xe9llo",
        ];
        let mut out: Vec<i64> = latin.iter().map(|b| hash_bytes(secret, b)).collect();
        out.push(hash_ucs2(secret, &[0x20ac, 0x20ad]));
        out.push(hash_ucs4(secret, &[0x1f600]));
        out
    }

    #[test]
    fn text_hashes_of_recorded_seeds() {
        #[rustfmt::skip]
        let recorded = [
            (0, [0, 4644417185603328019, 7904145750247929094, 4574395652268504554, -8388963874850674941, 6395329678795984700, 3783728893751007091, -3536540696076613844]),
            (1, [0, -3012895188637184397, 3226643804905820176, -202642195356325900, 3333431491917146213, 4627783765987660535, -7281156316274036030, 7663130467274561019]),
            (42, [0, -123207753977932514, 1375323160596907757, -5457871895989710762, 4166927616160952407, -4058713343194919257, 4592190737083867607, 6601963133753205906]),
            (4294967295, [0, -5989683813037840249, 233998310040276482, 3424456984880118976, -5302198039629970281, 3491461287047953188, -6583997207605645710, -5273353973323107289]),
        ];
        for (seed, hashes) in recorded {
            assert_eq!(str_hashes(seed), hashes, "seed {seed}");
        }
    }

    #[test]
    fn numbers() {
        #[rustfmt::skip]
        let floats = [
            (0.5, 1152921504606846976), (-1.0, -2), (1.5, 1152921504606846977), (3.15, 345876451382053891),
            (-2.75, -1729382256910270466), (1e300, 1224995262755759164), (5e-324, 16777216),
            (f64::INFINITY, 314159), (f64::NEG_INFINITY, -314159), ((1u64 << 61) as f64, 1),
            (1e-10, 2124533198426632172), (123456789.125, 288230376275168533), (-0.0, 0),
        ];
        for (value, hash) in floats {
            assert_eq!(hash_f64(value), Some(hash), "{value}");
        }
        assert_eq!(hash_f64(f64::NAN), None);
        let complex = |re, im| combine_complex(hash_f64(re).unwrap(), hash_f64(im).unwrap());
        assert_eq!(complex(1.0, 2.0), 2000007);
        assert_eq!(complex(-0.0, -1.0), -2000006);
        assert_eq!(complex(0.5, -1.5), -2305843009214693955);
        assert_eq!(complex(-1.0, -1.0), -2000008);
        for (value, hash) in [
            ((1i64 << 61) - 1, 0),
            (1 << 61, 1),
            (-(1 << 61), -2),
            (-1, -2),
            (-2, -2),
            (i64::MAX, 3),
            (i64::MIN, -4),
        ] {
            assert_eq!(hash_i64(value), hash);
            assert_eq!(hash_bigint(&BigInt::from(value)), hash);
        }
        let ten50 = BigInt::from(10).pow(50);
        assert_eq!(hash_bigint(&ten50), 619332571178673746);
        assert_eq!(hash_bigint(&-ten50), -619332571178673746);
        assert_eq!(hash_bigint(&BigInt::from(3).pow(1000)), 1236409068333599307);
    }

    #[test]
    fn containers() {
        let tuple = |items: &[i64]| {
            let mut hasher = TupleHasher::new();
            items.iter().for_each(|&item| hasher.add(hash_i64(item)));
            hasher.finish()
        };
        assert_eq!(tuple(&[]), 5740354900026072187);
        assert_eq!(tuple(&[1]), -6644214454873602895);
        assert_eq!(tuple(&[1, 2, 3]), 529344067295497451);
        assert_eq!(tuple(&[-1, 0]), 2575514064802888272);
        let set = |items: &[i64]| {
            let mut hasher = FrozensetHasher::new();
            items.iter().for_each(|&item| hasher.add(hash_i64(item)));
            hasher.finish()
        };
        assert_eq!(set(&[]), 133146708735736);
        assert_eq!(set(&[1, 2, 3]), -272375401224217160);
        assert_eq!(set(&[1000, -1, 0, 100]), -6539416253947587355);
    }
}
