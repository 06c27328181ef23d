//! `_random`: the Mersenne Twister MT19937 of Matsumoto and Nishimura, with 53-bit floats.
//!
//! CPython 3.11: `Modules/_randommodule.c`.

use derive::{Traverse, pymethods, pymodule, pytype};
use num_bigint::BigInt;
use std::cell::RefCell;
use vm::context::{PyResult, Vm};
use vm::object::{Args, Py, PyType, Value, alloc};
use vm::protocol::{hash, number};
use vm::types::tuple::value::PyTuple;

pub use random_module::DEF;

const N: usize = 624;
const M: usize = 397;
const UPPER: u32 = 0x8000_0000;
const LOWER: u32 = 0x7fff_ffff;

/// State of the generator.
struct Twister {
    words: [u32; N],
    index: usize,
}

impl Twister {
    fn seeded(seed: u32) -> Twister {
        let mut words = [0u32; N];
        words[0] = seed;
        for index in 1..N {
            let previous = words[index - 1];
            words[index] = 1_812_433_253u32
                .wrapping_mul(previous ^ previous >> 30)
                .wrapping_add(index as u32);
        }
        Twister { words, index: N }
    }

    fn by_array(key: &[u32]) -> Twister {
        let mut twister = Twister::seeded(19_650_218);
        let words = &mut twister.words;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let mixed = (words[i - 1] ^ words[i - 1] >> 30).wrapping_mul(1_664_525);
            words[i] = (words[i] ^ mixed)
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                words[0] = words[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let mixed = (words[i - 1] ^ words[i - 1] >> 30).wrapping_mul(1_566_083_941);
            words[i] = (words[i] ^ mixed).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                words[0] = words[N - 1];
                i = 1;
            }
        }
        words[0] = UPPER;
        twister
    }

    fn refill(&mut self) {
        for index in 0..N {
            let y = self.words[index] & UPPER | self.words[(index + 1) % N] & LOWER;
            let magic = if y & 1 != 0 { 0x9908_b0df } else { 0 };
            self.words[index] = self.words[(index + M) % N] ^ y >> 1 ^ magic;
        }
        self.index = 0;
    }

    fn next(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }
}

/// Random() -> create a random number generator with its own internal state.
#[pytype(name = "_random.Random", flags(BASETYPE, MUTABLE), tables(TABLE))]
#[derive(Traverse)]
pub struct PyRandom {
    #[pytraverse(skip)]
    twister: RefCell<Box<Twister>>,
}

fn words_of(magnitude: &BigInt) -> Vec<u32> {
    let words = magnitude.magnitude().to_u32_digits();
    if words.is_empty() { vec![0] } else { words }
}

fn seed_words(vm: &Vm, seed: Option<&Value>) -> PyResult<Vec<u32>> {
    match seed.filter(|seed| !seed.is_none()) {
        None => {
            let now = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default();
            let state = std::hash::BuildHasher::hash_one(
                &std::collections::hash_map::RandomState::new(),
                now,
            );
            Ok(vec![
                state as u32,
                (state >> 32) as u32,
                now.as_secs() as u32,
                now.subsec_nanos(),
            ])
        }
        Some(seed) => match seed.as_int() {
            Some(int) => Ok(words_of(&int.to_bigint())),
            None => {
                let hash = hash::hash(vm, seed)? as u64;
                Ok(words_of(&BigInt::from(hash)))
            }
        },
    }
}

#[pymethods]
impl PyRandom {
    #[pyslot]
    fn slot_new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
        let words = seed_words(vm, args.positional().first())?;
        let twister = RefCell::new(Box::new(Twister::by_array(&words)));
        Ok(alloc::new_object(class, PyRandom { twister }).into_value())
    }

    /// random() -> x in the interval [0, 1).
    #[pymethod(sig = "random($self, /)")]
    fn random(&self) -> f64 {
        let mut twister = self.twister.borrow_mut();
        let (a, b) = (twister.next() >> 5, twister.next() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[pymethod(sig = "seed($self, n=None, /)")]
    fn seed(&self, vm: &Vm, n: Option<&Value>) -> PyResult<()> {
        let words = seed_words(vm, n)?;
        **self.twister.borrow_mut() = Twister::by_array(&words);
        Ok(())
    }

    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[pymethod(sig = "getrandbits($self, k, /)")]
    fn getrandbits(&self, vm: &Vm, k: i32) -> PyResult<Value> {
        if k < 0 {
            return Err(vm.value_error("number of bits must be non-negative"));
        }
        let mut twister = self.twister.borrow_mut();
        if k <= 32 {
            let word = if k == 0 {
                0
            } else {
                twister.next() >> (32 - k)
            };
            return Ok(vm.new_int(i64::from(word)));
        }
        let mut left = k;
        let mut words = Vec::with_capacity((k as usize).div_ceil(32));
        while left > 0 {
            let word = twister.next();
            words.push(if left < 32 { word >> (32 - left) } else { word });
            left -= 32;
        }
        Ok(vm.new_bigint(BigInt::from_slice(num_bigint::Sign::Plus, &words)))
    }

    /// getstate() -> tuple containing the current state.
    #[pymethod(sig = "getstate($self, /)")]
    fn getstate(&self, vm: &Vm) -> Value {
        let twister = self.twister.borrow();
        let words = twister.words.iter().map(|word| i64::from(*word));
        vm.new_tuple(
            words
                .chain([twister.index as i64])
                .map(|n| vm.new_int(n))
                .collect(),
        )
    }

    /// setstate(state) -> None.  Restores generator state.
    #[pymethod(sig = "setstate($self, state, /)")]
    fn setstate(&self, vm: &Vm, state: &Value) -> PyResult<()> {
        let Some(tuple) = state.downcast_ref::<PyTuple>() else {
            return Err(vm.type_error("state vector must be a tuple"));
        };
        let items = tuple.as_slice();
        if items.len() != N + 1 {
            return Err(vm.value_error("state vector is the wrong size"));
        }
        let mut words = [0u32; N];
        for (word, item) in words.iter_mut().zip(items) {
            let item = number::index(vm, item)?;
            *word = item.as_int().and_then(|int| int.to_i64()).unwrap_or(0) as u32;
        }
        let index = number::index(vm, &items[N])?
            .as_int()
            .and_then(|int| int.to_i64());
        match index
            .and_then(|index| usize::try_from(index).ok())
            .filter(|index| *index <= N)
        {
            Some(index) => {
                **self.twister.borrow_mut() = Twister { words, index };
                Ok(())
            }
            None => Err(vm.value_error("invalid state")),
        }
    }
}

/// Module implements the Mersenne Twister random number generator.
#[pymodule(name = "_random", types(super::PyRandom))]
mod random_module {}
