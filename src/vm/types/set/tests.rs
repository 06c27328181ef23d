//! Sets keep CPython's order; containers survive what user code does to them. Expected numbers come from CPython 3.11.

use super::ops;
use super::table::{PyAnySet, PyFrozenSet, PySet};
use crate::context::hash_secret::HashSecret;
use crate::object::{Py, PyRef, Value};
use crate::types::boot::boot_with_thread;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        ((self.0 >> 33) % n) as i64
    }
}

fn digest(value: &Value) -> u64 {
    let set = ops::any_set(value).expect("a set");
    set.items().iter().fold(0_u64, |digest, item| {
        let item = item.as_small_int().expect("an int");
        digest.wrapping_mul(31).wrapping_add(item as u64)
    })
}

/// Seed, number of operations, digests of the set, its union, intersection, difference and symmetric difference with another, hash of the
/// union.
const EXPECTED: &[(u64, usize, [u64; 5], i64)] = &[
    (
        1,
        20,
        [
            9618496173664582714,
            7096089234558704836,
            0,
            6286787972955111790,
            3404281711545595080,
        ],
        4518223610069348645,
    ),
    (
        2,
        60,
        [
            12287070604136776614,
            11489134666257156499,
            1010211,
            4873419674092179709,
            8670107754558738456,
        ],
        5084276715651879975,
    ),
    (
        3,
        200,
        [
            6757748470942626346,
            13019574565026212758,
            911619032811,
            2697603615566474351,
            16080235492115077679,
        ],
        6024744976585606963,
    ),
    (
        4,
        400,
        [
            15947443468737650936,
            16544080366157061080,
            0,
            12529122396905736348,
            13699499955851254744,
        ],
        -5696512191442483046,
    ),
    (
        5,
        900,
        [
            1485375021105873471,
            1883453319515841091,
            0,
            9564331201377084705,
            13784378063680200325,
        ],
        4423232180783560908,
    ),
    (
        6,
        5000,
        [
            13622911988234355466,
            7604321517666532838,
            12430513113911376467,
            2846823279207525385,
            6656953527434174057,
        ],
        993841992084958452,
    ),
    (
        7,
        300000,
        [
            16027586313272800856,
            9258028235896117571,
            875267962846926,
            16578145215733080468,
            8690789232118469797,
        ],
        -479939899693897516,
    ),
];

#[test]
fn order_is_cpythons() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    for &(seed, count, digests, hash) in EXPECTED {
        let mut random = Random(seed);
        let set: PyRef<PySet> = PySet::new(&vm);
        for _ in 0..count {
            let kind = random.below(3);
            let key = match kind {
                0 => random.below(50),
                1 => random.below(2000) * 8,
                _ => random.below(1 << 30) * 16,
            };
            let key = vm.new_int(key);
            match random.below(10) {
                0..7 => drop(set.add(&vm, key).expect("added")),
                7..9 => drop(set.discard(&vm, &key).expect("discarded")),
                _ => drop(set.pop()),
            }
        }
        let other = PySet::new(&vm);
        for n in 0..random.below(100) {
            other.add(&vm, vm.new_int(n * 3)).expect("added");
        }
        let (set, other) = (set.into_value(), other.into_value());
        let union = ops::union(&vm, &set, std::slice::from_ref(&other)).expect("a set");
        let got = [
            digest(&set),
            digest(&union),
            digest(&ops::intersection(&vm, &other, &set).expect("a set")),
            digest(&ops::difference(&vm, &set, &other).expect("a set")),
            digest(&ops::symmetric_difference(&vm, &set, &other).expect("a set")),
        ];
        assert_eq!(got, digests, "seed {seed}");
        let frozen = PyFrozenSet::new(&vm);
        let union: &Py<PyAnySet> = ops::any_set(&union).expect("a set");
        frozen.merge(&vm, union).expect("merged");
        assert_eq!(vm.hash(&frozen.to_value()).ok(), Some(hash), "seed {seed}");
    }
}
