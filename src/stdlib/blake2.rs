//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters (RFC 7693 and the tree mode of the BLAKE2 paper).
//!
//! CPython 3.11: `Modules/_blake2/`.

pub use blake2_module::DEF;

/// What differs between BLAKE2b (64-bit words) and BLAKE2s (32-bit words).
pub(crate) trait Word: Copy + Default {
    const BYTES: usize;
    const ROUNDS: usize;
    const ROTATIONS: [u32; 4];
    const IV: [Self; 8];
    fn add(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn rotate(self, by: u32) -> Self;
    fn read(bytes: &[u8]) -> Self;
    fn write(self, out: &mut Vec<u8>);
    fn of(n: u128) -> (Self, Self);
    fn ones() -> Self;
}

macro_rules! word {
    ($ty:ty, $rounds:literal, $rotations:expr, $iv:expr) => {
        impl Word for $ty {
            const BYTES: usize = size_of::<$ty>();
            const ROUNDS: usize = $rounds;
            const ROTATIONS: [u32; 4] = $rotations;
            const IV: [Self; 8] = $iv;
            fn add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn xor(self, other: Self) -> Self {
                self ^ other
            }
            fn rotate(self, by: u32) -> Self {
                self.rotate_right(by)
            }
            fn read(bytes: &[u8]) -> Self {
                bytes
                    .iter()
                    .rev()
                    .fold(0, |n, byte| n << 8 | <$ty>::from(*byte))
            }
            fn write(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn of(n: u128) -> (Self, Self) {
                (n as $ty, (n >> <$ty>::BITS) as $ty)
            }
            fn ones() -> Self {
                <$ty>::MAX
            }
        }
    };
}

word!(
    u64,
    12,
    [32, 24, 16, 63],
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ]
);
word!(
    u32,
    10,
    [16, 12, 8, 7],
    [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ]
);

const SIGMA: [[u8; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// A hash in progress.
#[derive(Clone)]
pub(crate) struct Blake2<W: Word> {
    h: [W; 8],
    pending: Vec<u8>,
    count: u128,
    size: usize,
    last_node: bool,
}

impl<W: Word> Blake2<W> {
    /// A state from its parameter block (`W::BYTES * 8` bytes) and key.
    fn new(block: &[u8], key: &[u8], last_node: bool) -> Blake2<W> {
        let mut h = W::IV;
        for (word, bytes) in h.iter_mut().zip(block.chunks(W::BYTES)) {
            *word = word.xor(W::read(bytes));
        }
        let mut state = Blake2 {
            h,
            pending: Vec::new(),
            count: 0,
            size: usize::from(block[0]),
            last_node,
        };
        if !key.is_empty() {
            let mut first = key.to_vec();
            first.resize(W::BYTES * 16, 0);
            state.update(&first);
        }
        state
    }

    pub(crate) fn digest_size(&self) -> usize {
        self.size
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        let size = W::BYTES * 16;
        // The last block stays: it is compressed with a mark.
        let whole = self.pending.len().saturating_sub(1) / size * size;
        let blocks: Vec<u8> = self.pending.drain(..whole).collect();
        for block in blocks.chunks(size) {
            self.count += size as u128;
            self.compress(block, false);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        let mut block = std::mem::take(&mut self.pending);
        self.count += block.len() as u128;
        block.resize(W::BYTES * 16, 0);
        self.compress(&block, true);
        let mut out = Vec::with_capacity(64);
        self.h.iter().for_each(|word| word.write(&mut out));
        out.truncate(self.size);
        out
    }

    fn compress(&mut self, block: &[u8], last: bool) {
        let mut m = [W::default(); 16];
        for (word, bytes) in m.iter_mut().zip(block.chunks(W::BYTES)) {
            *word = W::read(bytes);
        }
        let mut v = [W::default(); 16];
        v[..8].copy_from_slice(&self.h);
        v[8..].copy_from_slice(&W::IV);
        let (low, high) = W::of(self.count);
        v[12] = v[12].xor(low);
        v[13] = v[13].xor(high);
        if last {
            v[14] = v[14].xor(W::ones());
            if self.last_node {
                v[15] = v[15].xor(W::ones());
            }
        }
        for round in 0..W::ROUNDS {
            let s = SIGMA[round % 10].map(usize::from);
            for i in 0..4 {
                mix(&mut v, [i, 4 + i, 8 + i, 12 + i], m[s[2 * i]], m[s[2 * i + 1]]);
            }
            for i in 0..4 {
                let places = [i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4];
                mix(&mut v, places, m[s[8 + 2 * i]], m[s[9 + 2 * i]]);
            }
        }
        for i in 0..8 {
            self.h[i] = self.h[i].xor(v[i]).xor(v[i + 8]);
        }
    }
}

fn mix<W: Word>(v: &mut [W; 16], [a, b, c, d]: [usize; 4], x: W, y: W) {
    let [r1, r2, r3, r4] = W::ROTATIONS;
    v[a] = v[a].add(v[b]).add(x);
    v[d] = v[d].xor(v[a]).rotate(r1);
    v[c] = v[c].add(v[d]);
    v[b] = v[b].xor(v[c]).rotate(r2);
    v[a] = v[a].add(v[b]).add(y);
    v[d] = v[d].xor(v[a]).rotate(r3);
    v[c] = v[c].add(v[d]);
    v[b] = v[b].xor(v[c]).rotate(r4);
}

/// BLAKE2 hash functions.
#[derive::pymodule(name = "_blake2")]
mod blake2_module {
    use super::{Blake2, Word};
    use crate::hashes::{State, create, optional_bytes};
    use vm::context::{PyResult, Vm};
    use vm::object::{Args, Value};
    use vm::protocol::convert_int::{to_i64, to_u64};
    use vm::protocol::truth::is_true;
    use vm::types::native::bind;

    const NAMES: [&str; 13] = [
        "",
        "digest_size",
        "key",
        "salt",
        "person",
        "fanout",
        "depth",
        "leaf_size",
        "node_offset",
        "node_depth",
        "inner_size",
        "last_node",
        "usedforsecurity",
    ];

    fn small(vm: &Vm, value: Option<&Value>, default: u8, low: u8, high: u8, what: &str) -> PyResult<u8> {
        let Some(value) = value else {
            return Ok(default);
        };
        match u8::try_from(to_i64(vm, value)?) {
            Ok(n) if low <= n && n <= high => Ok(n),
            _ => Err(vm.value_error(format!("{what} must be between {low} and {high}"))),
        }
    }

    fn limited(vm: &Vm, value: Option<&Value>, max: usize, what: &str) -> PyResult<Vec<u8>> {
        let bytes = optional_bytes(vm, value)?;
        if bytes.len() > max {
            return Err(vm.value_error(format!("maximum {what} length is {max} bytes")));
        }
        Ok(bytes)
    }

    /// The state that the arguments describe, and the data.
    fn from_args<'a, W: Word>(
        vm: &Vm,
        name: &str,
        args: &Args<'a>,
    ) -> PyResult<(Blake2<W>, Option<&'a Value>)> {
        let [data, size, key, salt, person, fanout, depth, leaf, offset, node_depth, inner, last, _] =
            bind(vm, name, args, NAMES, 1, 0)?;
        let max = W::BYTES * 8;
        let mut block = vec![0u8; max];
        block[0] = small(vm, size, max as u8, 1, max as u8, "digest_size")?;
        let key = limited(vm, key, max, "key")?;
        block[1] = key.len() as u8;
        block[2] = small(vm, fanout, 1, 0, 255, "fanout")?;
        block[3] = small(vm, depth, 1, 1, 255, "depth")?;
        let leaf = leaf.map_or(Ok(0), |leaf| to_u64(vm, leaf))?;
        let leaf = u32::try_from(leaf).map_err(|_| vm.overflow_error("leaf_size is too large"))?;
        block[4..8].copy_from_slice(&leaf.to_le_bytes());
        let offset = offset.map_or(Ok(0), |offset| to_u64(vm, offset))?;
        let offset_bytes = if W::BYTES == 8 { 8 } else { 6 };
        if offset_bytes == 6 && offset >> 48 != 0 {
            return Err(vm.overflow_error("node_offset is too large"));
        }
        block[8..8 + offset_bytes].copy_from_slice(&offset.to_le_bytes()[..offset_bytes]);
        block[8 + offset_bytes] = small(vm, node_depth, 0, 0, 255, "node_depth")?;
        block[9 + offset_bytes] = small(vm, inner, 0, 0, max as u8, "inner_size")?;
        let tail = W::BYTES * 2;
        let salt = limited(vm, salt, tail, "salt")?;
        block[max - 2 * tail..][..salt.len()].copy_from_slice(&salt);
        let person = limited(vm, person, tail, "person")?;
        block[max - tail..][..person.len()].copy_from_slice(&person);
        let last = last.map_or(Ok(false), |last| is_true(vm, last))?;
        Ok((Blake2::new(&block, &key, last), data))
    }

    /// Return a new BLAKE2b hash object.
    #[pyfunction]
    fn blake2b(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let (state, data) = from_args::<u64>(vm, "blake2b", &args)?;
        create(vm, "blake2b", 128, State::Blake2b(state), data)
    }

    /// Return a new BLAKE2s hash object.
    #[pyfunction]
    fn blake2s(vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let (state, data) = from_args::<u32>(vm, "blake2s", &args)?;
        create(vm, "blake2s", 64, State::Blake2s(state), data)
    }
}
