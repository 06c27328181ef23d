//! The slots of `int`.

use super::{arith, new};
use crate::object::Table;
use crate::protocol::number;

/// What this file gives the type.
pub static TABLE: Table = Table {
    methods: &[],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new::new));
        slots.repr.set(Some(arith::repr));
        slots.hash.set(Some(arith::hash));
        slots.richcompare.set(Some(arith::richcompare));
        slots.add.set(Some(arith::add));
        slots.subtract.set(Some(arith::subtract));
        slots.multiply.set(Some(arith::multiply));
        slots.remainder.set(Some(arith::remainder));
        slots.divmod.set(Some(arith::divmod));
        slots.power.set(Some(arith::power));
        slots.negative.set(Some(arith::negative));
        slots.positive.set(Some(arith::positive));
        slots.absolute.set(Some(arith::absolute));
        slots.bool.set(Some(arith::is_true));
        slots.invert.set(Some(arith::invert));
        slots.lshift.set(Some(arith::lshift));
        slots.rshift.set(Some(arith::rshift));
        slots.and.set(Some(arith::and));
        slots.xor.set(Some(arith::xor));
        slots.or.set(Some(arith::or));
        slots
            .int
            .set(Some(|vm, value| Ok(number::exact_int(vm, value.clone()))));
        slots.float.set(Some(arith::to_float));
        slots.floor_divide.set(Some(arith::floor_divide));
        slots.true_divide.set(Some(arith::true_divide));
        slots
            .index
            .set(Some(|vm, value| Ok(number::exact_int(vm, value.clone()))));
    },
};
