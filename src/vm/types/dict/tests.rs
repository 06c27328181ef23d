//! The table agrees with a plain model, and equals what it was cloned from.

use super::value::PyDict;
use crate::context::hash_secret::HashSecret;
use crate::types::boot::boot_with_thread;

#[test]
fn table_agrees_with_a_list_of_pairs() {
    let vm = boot_with_thread(HashSecret::new(1, 2));
    let before = vm.heap.used();
    let dict = PyDict::new(&vm);
    let mut model: Vec<(i64, i64)> = Vec::new();
    let mut state = 7_u64;
    for step in 0..30_000_i64 {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let random = state >> 33;
        let spread = if step < 20_000 { 3000 } else { 40 };
        let number = (random / 16 % spread) as i64 * if random & 64 == 0 { 1 } else { 1 << 20 };
        let key = vm.new_int(number);
        let place = model.iter().position(|(k, _)| *k == number);
        match random % 8 {
            0..5 => {
                dict.set(&vm, key, vm.new_int(step)).expect("stored");
                match place {
                    Some(place) => model[place].1 = step,
                    None => model.push((number, step)),
                }
            }
            5 | 6 => {
                let popped = dict.pop(&vm, &key).expect("popped");
                let expected = place.map(|place| model.remove(place).1);
                assert_eq!(popped.and_then(|value| value.as_small_int()), expected);
            }
            _ if random & 1024 == 0 => {
                let popped = dict.pop_last().map(|(key, _)| key.as_small_int());
                assert_eq!(popped, model.pop().map(|(key, _)| Some(key)));
            }
            _ => {
                let found = dict.get(&vm, &key).expect("looked up");
                assert_eq!(
                    found.and_then(|value| value.as_small_int()),
                    place.map(|place| model[place].1)
                );
            }
        }
        assert_eq!(dict.len(), model.len());
    }
    let copy = dict.copy(&vm);
    for dict in [&dict, &copy] {
        let items: Vec<(i64, i64)> = dict
            .items()
            .iter()
            .filter_map(|(key, value)| key.as_small_int().zip(value.as_small_int()))
            .collect();
        assert_eq!(items, model);
    }
    for index in 0..300 {
        let name = vm.intern_str(&format!("name{index}"));
        dict.set_str(&vm, &name, vm.new_int(index));
        assert_eq!(
            dict.get_str(&name).and_then(|v| v.as_small_int()),
            Some(index)
        );
    }
    dict.clear(&vm);
    drop((copy, dict));
    assert_eq!(vm.heap.used(), before);
}
