//! Inline caches: what the code units behind an instruction hold once the interpreter has adapted it.
//!
//! In a code object all caches are zero; only the interpreter's quickened copy uses them. Each layout is a view over the units behind an
//! instruction: numbers wider than a unit are split over several, in the order of the machine. No other place knows at which unit a field
//! lies. `FIELDS` names the fields as `dis` shows them.
//!
//! All members of a family have caches of the same size; that and the sizes of the layouts are asserted at compile time.
//!
//! CPython 3.11: `Include/internal/pycore_code.h`, `_cache_format` in `Lib/opcode.py`.

use crate::opcode::Opcode;
use std::cell::Cell;

/// Declares one cache layout. `name @ unit: type` is a field that starts at a unit.
macro_rules! inline_cache {
    ($(#[doc = $doc:literal])* $cache:ident of $($opcode:ident),+ [$units:literal] {
        $( $(#[doc = $field_doc:literal])* $field:ident, $set:ident @ $unit:literal: $width:ident, )*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $cache<'a> {
            units: &'a [Cell<u16>; $units],
        }

        impl<'a> $cache<'a> {
            /// Number of code units.
            pub const UNITS: usize = $units;
            /// Names of the fields and their sizes in units.
            pub const FIELDS: &'static [(&'static str, usize)] =
                &[ $( (stringify!($field), width!($width)), )* ];

            /// The cache at the start of `units`, which is what follows the instruction.
            #[inline(always)]
            pub fn new(units: &'a [Cell<u16>]) -> Option<$cache<'a>> {
                units.first_chunk().map(|units| $cache { units })
            }

            /// The cache in these units.
            #[inline(always)]
            pub fn from_units(units: &'a [Cell<u16>; $units]) -> $cache<'a> {
                $cache { units }
            }

            $(
                $(#[doc = $field_doc])*
                #[inline(always)]
                pub fn $field(self) -> $width {
                    read!(self.units, $unit, $width)
                }

                /// Writes the field.
                #[inline(always)]
                pub fn $set(self, value: $width) {
                    write!(self.units, $unit, $width, value)
                }
            )*
        }

        const _: () = {
            let mut end = 0;
            $(
                assert!($unit == end, "the fields of a cache leave no gaps");
                end += width!($width);
            )*
            assert!(end == $units, "the fields of a cache fill it");
            $( assert!(Opcode::$opcode.cache_units() == $units, "the table of opcodes has the same size"); )+
        };
    };
}

macro_rules! width {
    (u16) => {
        1
    };
    (u32) => {
        2
    };
    (u64) => {
        4
    };
}

macro_rules! read {
    ($units:expr, $unit:literal, u16) => {
        $units[$unit].get()
    };
    ($units:expr, $unit:literal, u32) => {
        u32::from($units[$unit].get()) | u32::from($units[$unit + 1].get()) << 16
    };
    ($units:expr, $unit:literal, u64) => {
        u64::from($units[$unit].get())
            | u64::from($units[$unit + 1].get()) << 16
            | u64::from($units[$unit + 2].get()) << 32
            | u64::from($units[$unit + 3].get()) << 48
    };
}

macro_rules! write {
    ($units:expr, $unit:literal, u16, $value:expr) => {
        $units[$unit].set($value)
    };
    ($units:expr, $unit:literal, u32, $value:expr) => {{
        $units[$unit].set($value as u16);
        $units[$unit + 1].set(($value >> 16) as u16);
    }};
    ($units:expr, $unit:literal, u64, $value:expr) => {{
        $units[$unit].set($value as u16);
        $units[$unit + 1].set(($value >> 16) as u16);
        $units[$unit + 2].set(($value >> 32) as u16);
        $units[$unit + 3].set(($value >> 48) as u16);
    }};
}

inline_cache! {
    /// Cache of LOAD_GLOBAL.
    LoadGlobalCache of LOAD_GLOBAL [5] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Index of the entry in the dict's keys.
        index, set_index @ 1: u16,
        /// Version of the keys of the module's dict.
        module_keys_version, set_module_keys_version @ 2: u32,
        /// Version of the keys of the builtins' dict.
        builtin_keys_version, set_builtin_keys_version @ 4: u16,
    }
}

inline_cache! {
    /// Cache of BINARY_OP.
    BinaryOpCache of BINARY_OP [1] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
    }
}

inline_cache! {
    /// Cache of UNPACK_SEQUENCE.
    UnpackSequenceCache of UNPACK_SEQUENCE [1] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
    }
}

inline_cache! {
    /// Cache of COMPARE_OP.
    CompareOpCache of COMPARE_OP [2] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Which of the outcomes less, equal, greater jump.
        mask, set_mask @ 1: u16,
    }
}

inline_cache! {
    /// Cache of BINARY_SUBSCR.
    BinarySubscrCache of BINARY_SUBSCR [4] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Version of the container's type.
        type_version, set_type_version @ 1: u32,
        /// Version of its `__getitem__`.
        func_version, set_func_version @ 3: u16,
    }
}

inline_cache! {
    /// Cache of LOAD_ATTR.
    LoadAttrCache of LOAD_ATTR [4] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Version of the owner's type, or of a module's keys.
        version, set_version @ 1: u32,
        /// Index or offset of the attribute.
        index, set_index @ 3: u16,
    }
}

inline_cache! {
    /// Cache of STORE_ATTR.
    StoreAttrCache of STORE_ATTR [4] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Version of the owner's type.
        version, set_version @ 1: u32,
        /// Index or offset of the attribute.
        index, set_index @ 3: u16,
    }
}

inline_cache! {
    /// Cache of LOAD_METHOD.
    LoadMethodCache of LOAD_METHOD [10] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Version of the owner's type.
        type_version, set_type_version @ 1: u32,
        /// Offset of the owner's dict.
        dict_offset, set_dict_offset @ 3: u16,
        /// Version of the keys of the owner's dict.
        keys_version, set_keys_version @ 4: u32,
        /// The method, as the interpreter represents it in 64 bits.
        descr, set_descr @ 6: u64,
    }
}

inline_cache! {
    /// Cache of CALL.
    CallCache of CALL [4] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
        /// Version of the function.
        func_version, set_func_version @ 1: u32,
        /// Fewest arguments that the function's defaults allow.
        min_args, set_min_args @ 3: u16,
    }
}

inline_cache! {
    /// Cache of PRECALL.
    PrecallCache of PRECALL [1] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
    }
}

inline_cache! {
    /// Cache of STORE_SUBSCR.
    StoreSubscrCache of STORE_SUBSCR [1] {
        /// Adaptive counter.
        counter, set_counter @ 0: u16,
    }
}

/// The fields of an instruction's cache, with their sizes in units.
pub fn cache_fields(opcode: Opcode) -> &'static [(&'static str, usize)] {
    match opcode.family() {
        Opcode::LOAD_GLOBAL => LoadGlobalCache::FIELDS,
        Opcode::BINARY_OP => BinaryOpCache::FIELDS,
        Opcode::UNPACK_SEQUENCE => UnpackSequenceCache::FIELDS,
        Opcode::COMPARE_OP => CompareOpCache::FIELDS,
        Opcode::BINARY_SUBSCR => BinarySubscrCache::FIELDS,
        Opcode::LOAD_ATTR => LoadAttrCache::FIELDS,
        Opcode::STORE_ATTR => StoreAttrCache::FIELDS,
        Opcode::LOAD_METHOD => LoadMethodCache::FIELDS,
        Opcode::CALL => CallCache::FIELDS,
        Opcode::PRECALL => PrecallCache::FIELDS,
        Opcode::STORE_SUBSCR => StoreSubscrCache::FIELDS,
        _ => &[],
    }
}

// The law of families: a quickened form takes the place of its instruction, so their caches have one size, and its family is a plain
// instruction.
const _: () = {
    let mut index = 0;
    while index < Opcode::ALL.len() {
        let opcode = Opcode::ALL[index];
        assert!(opcode.cache_units() == opcode.family().cache_units());
        assert!(!opcode.family().is_quickened());
        index += 1;
    }
};

#[cfg(test)]
mod tests {
    use super::{LoadMethodCache, cache_fields};
    use crate::opcode::Opcode;
    use std::cell::Cell;

    #[test]
    fn wide_fields_are_split_over_units() {
        let units: [Cell<u16>; 10] = Default::default();
        let cache = LoadMethodCache::from_units(&units);
        cache.set_counter(1);
        cache.set_type_version(0x0003_0002);
        cache.set_dict_offset(4);
        cache.set_keys_version(0x0006_0005);
        cache.set_descr(0x000a_0009_0008_0007);
        let seen: Vec<u16> = units.iter().map(Cell::get).collect();
        assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(cache.type_version(), 0x0003_0002);
        assert_eq!(cache.descr(), 0x000a_0009_0008_0007);
    }

    #[test]
    fn every_cache_has_fields() {
        for &opcode in Opcode::ALL {
            let units: usize = cache_fields(opcode).iter().map(|field| field.1).sum();
            assert_eq!(units, opcode.cache_units(), "{}", opcode.name());
        }
    }
}
