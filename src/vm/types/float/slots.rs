//! The slots of `float`.

use super::{arith, new};
use crate::object::Table;

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
        slots.int.set(Some(arith::truncate));
        slots.float.set(Some(arith::positive));
        slots.floor_divide.set(Some(arith::floor_divide));
        slots.true_divide.set(Some(arith::true_divide));
    },
};
