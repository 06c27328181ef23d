//! The table of slots and dunders: which dunder stands for which slot, how a native slot looks as a method, and what a class statement puts
//! into the slot when it defines the dunder.
//!
//! Rows of one slot stand together. A dunder may stand for more than one slot (`__add__` for `add` and `sq_concat`); the first slot that a
//! native type fills gives it the method.
//!
//! CPython 3.11: `slotdefs` in `Objects/typeobject.c`.

use super::{slots, wrap};
use crate::object::{CompareOp, Slots};
use crate::types::descriptor::wrapper::SlotWrapper;

/// One row: a dunder and a slot.
pub struct SlotDef {
    /// The dunder as a method of a native type. `wraps` says whether there is such a method.
    pub wrapper: SlotWrapper,
    /// Whether native types get a method of this name from the slot.
    pub wraps: bool,
    /// Identifies the slot: its offset in `Slots`.
    pub slot: usize,
    /// Whether a type has the slot.
    pub is_set: fn(&Slots) -> bool,
    /// Copies the slot from the first to the second.
    pub copy: fn(&Slots, &Slots),
    /// Empties the slot.
    pub clear: fn(&Slots),
    /// Fills the slot with the function that calls the dunder.
    pub fill: Option<fn(&Slots)>,
}

macro_rules! row {
    ($name:literal, $slot:ident, $wraps:literal, $signature:expr, $doc:expr, $call:expr, $fill:expr) => {
        SlotDef {
            wrapper: SlotWrapper {
                name: $name,
                doc: $doc,
                text_signature: $signature,
                call: $call,
            },
            wraps: $wraps,
            slot: std::mem::offset_of!(Slots, $slot),
            is_set: |slots| slots.$slot.get().is_some(),
            copy: |from, to| to.$slot.set(from.$slot.get()),
            clear: |slots| slots.$slot.set(None),
            fill: $fill,
        }
    };
}

macro_rules! wrapped {
    ($name:literal, $slot:ident, $wrap:path, $signature:literal, $doc:expr, $generic:path) => {
        row!(
            $name,
            $slot,
            true,
            Some($signature),
            $doc,
            |vm, class, self_, args| $wrap(vm, class.slots.$slot.get(), self_, args),
            Some(|slots| slots.$slot.set(Some($generic)))
        )
    };
    ($name:literal, $slot:ident, $wrap:path, $signature:literal, $doc:expr) => {
        row!(
            $name,
            $slot,
            true,
            Some($signature),
            $doc,
            |vm, class, self_, args| $wrap(vm, class.slots.$slot.get(), self_, args),
            None
        )
    };
}

macro_rules! unary {
    ($name:literal, $slot:ident, $doc:literal, $generic:path) => {
        wrapped!($name, $slot, wrap::unary, "($self, /)", $doc, $generic)
    };
}

macro_rules! binary {
    ($name:literal, $slot:ident, $symbol:literal, $generic:path) => {
        wrapped!(
            $name,
            $slot,
            wrap::binary,
            "($self, value, /)",
            concat!("Return self", $symbol, "value."),
            $generic
        )
    };
}

macro_rules! reflected {
    ($name:literal, $slot:ident, $symbol:literal, $generic:path) => {
        wrapped!(
            $name,
            $slot,
            wrap::binary_reflected,
            "($self, value, /)",
            concat!("Return value", $symbol, "self."),
            $generic
        )
    };
}

macro_rules! compare {
    ($name:literal, $op:ident, $symbol:literal) => {
        row!(
            $name,
            richcompare,
            true,
            Some("($self, value, /)"),
            concat!("Return self", $symbol, "value."),
            |vm, class, self_, args| wrap::compare(
                vm,
                class.slots.richcompare.get(),
                self_,
                args,
                CompareOp::$op
            ),
            Some(|slots| slots.richcompare.set(Some(slots::richcompare)))
        )
    };
}

/// A dunder without a method of native types.
macro_rules! unwrapped {
    ($name:literal, $slot:ident, $generic:path) => {
        row!(
            $name,
            $slot,
            false,
            None,
            "",
            |vm, _, _, _| Err(vm.system_error(concat!($name, " has no wrapper"))),
            Some(|slots| slots.$slot.set(Some($generic)))
        )
    };
}

/// Every row.
pub static SLOTDEFS: &[SlotDef] = &[
    unary!("__repr__", repr, "Return repr(self).", slots::repr),
    wrapped!(
        "__hash__",
        hash,
        wrap::hash,
        "($self, /)",
        "Return hash(self).",
        slots::hash
    ),
    wrapped!(
        "__call__",
        call,
        wrap::call,
        "($self, /, *args, **kwargs)",
        "Call self as a function.",
        slots::call
    ),
    unary!("__str__", str, "Return str(self).", slots::str),
    wrapped!(
        "__getattribute__",
        getattro,
        wrap::getattribute,
        "($self, name, /)",
        "Return getattr(self, name).",
        slots::getattro
    ),
    unwrapped!("__getattr__", getattro, slots::getattro),
    wrapped!(
        "__setattr__",
        setattro,
        wrap::setattr,
        "($self, name, value, /)",
        "Implement setattr(self, name, value).",
        slots::setattro
    ),
    wrapped!(
        "__delattr__",
        setattro,
        wrap::delattr,
        "($self, name, /)",
        "Implement delattr(self, name).",
        slots::setattro
    ),
    compare!("__lt__", Lt, "<"),
    compare!("__le__", Le, "<="),
    compare!("__eq__", Eq, "=="),
    compare!("__ne__", Ne, "!="),
    compare!("__gt__", Gt, ">"),
    compare!("__ge__", Ge, ">="),
    unary!("__iter__", iter, "Implement iter(self).", slots::iter),
    wrapped!(
        "__next__",
        iternext,
        wrap::next,
        "($self, /)",
        "Implement next(self).",
        slots::iternext
    ),
    wrapped!(
        "__get__",
        descr_get,
        wrap::descr_get,
        "($self, instance, owner=None, /)",
        "Return an attribute of instance, which is of type owner.",
        slots::descr_get
    ),
    wrapped!(
        "__set__",
        descr_set,
        wrap::descr_set,
        "($self, instance, value, /)",
        "Set an attribute of instance to value.",
        slots::descr_set
    ),
    wrapped!(
        "__delete__",
        descr_set,
        wrap::descr_delete,
        "($self, instance, /)",
        "Delete an attribute of instance.",
        slots::descr_set
    ),
    wrapped!(
        "__init__",
        init,
        wrap::init,
        "($self, /, *args, **kwargs)",
        "Initialize self.  See help(type(self)) for accurate signature.",
        slots::init
    ),
    unwrapped!("__new__", new, slots::new),
    row!(
        "__del__",
        finalize,
        true,
        None,
        "",
        |vm, class, self_, args| wrap::del(vm, class.slots.finalize.get(), self_, args),
        Some(|slots| slots.finalize.set(Some(slots::finalize)))
    ),
    unary!(
        "__await__",
        am_await,
        "Return an iterator to be used in await expression.",
        slots::am_await
    ),
    unary!(
        "__aiter__",
        aiter,
        "Return an awaitable, that resolves in asynchronous iterator.",
        slots::aiter
    ),
    unary!(
        "__anext__",
        anext,
        "Return a value or raise StopAsyncIteration.",
        slots::anext
    ),
    binary!("__add__", add, "+", slots::add),
    reflected!("__radd__", add, "+", slots::add),
    binary!("__sub__", subtract, "-", slots::subtract),
    reflected!("__rsub__", subtract, "-", slots::subtract),
    binary!("__mul__", multiply, "*", slots::multiply),
    reflected!("__rmul__", multiply, "*", slots::multiply),
    binary!("__mod__", remainder, "%", slots::remainder),
    reflected!("__rmod__", remainder, "%", slots::remainder),
    wrapped!(
        "__divmod__",
        divmod,
        wrap::binary,
        "($self, value, /)",
        "Return divmod(self, value).",
        slots::divmod
    ),
    wrapped!(
        "__rdivmod__",
        divmod,
        wrap::binary_reflected,
        "($self, value, /)",
        "Return divmod(value, self).",
        slots::divmod
    ),
    wrapped!(
        "__pow__",
        power,
        wrap::ternary,
        "($self, value, mod=None, /)",
        "Return pow(self, value, mod).",
        slots::power
    ),
    wrapped!(
        "__rpow__",
        power,
        wrap::ternary_reflected,
        "($self, value, mod=None, /)",
        "Return pow(value, self, mod).",
        slots::power
    ),
    unary!("__neg__", negative, "-self", slots::negative),
    unary!("__pos__", positive, "+self", slots::positive),
    unary!("__abs__", absolute, "abs(self)", slots::absolute),
    wrapped!(
        "__bool__",
        bool,
        wrap::inquiry,
        "($self, /)",
        "True if self else False",
        slots::bool
    ),
    unary!("__invert__", invert, "~self", slots::invert),
    binary!("__lshift__", lshift, "<<", slots::lshift),
    reflected!("__rlshift__", lshift, "<<", slots::lshift),
    binary!("__rshift__", rshift, ">>", slots::rshift),
    reflected!("__rrshift__", rshift, ">>", slots::rshift),
    binary!("__and__", and, "&", slots::and),
    reflected!("__rand__", and, "&", slots::and),
    binary!("__xor__", xor, "^", slots::xor),
    reflected!("__rxor__", xor, "^", slots::xor),
    binary!("__or__", or, "|", slots::or),
    reflected!("__ror__", or, "|", slots::or),
    unary!("__int__", int, "int(self)", slots::int),
    unary!("__float__", float, "float(self)", slots::float),
    binary!("__iadd__", inplace_add, "+=", slots::inplace_add),
    binary!("__isub__", inplace_subtract, "-=", slots::inplace_subtract),
    binary!("__imul__", inplace_multiply, "*=", slots::inplace_multiply),
    binary!(
        "__imod__",
        inplace_remainder,
        "%=",
        slots::inplace_remainder
    ),
    wrapped!(
        "__ipow__",
        inplace_power,
        wrap::ternary,
        "($self, value, /)",
        "Return self**=value.",
        slots::inplace_power
    ),
    binary!("__ilshift__", inplace_lshift, "<<=", slots::inplace_lshift),
    binary!("__irshift__", inplace_rshift, ">>=", slots::inplace_rshift),
    binary!("__iand__", inplace_and, "&=", slots::inplace_and),
    binary!("__ixor__", inplace_xor, "^=", slots::inplace_xor),
    binary!("__ior__", inplace_or, "|=", slots::inplace_or),
    binary!("__floordiv__", floor_divide, "//", slots::floor_divide),
    reflected!("__rfloordiv__", floor_divide, "//", slots::floor_divide),
    binary!("__truediv__", true_divide, "/", slots::true_divide),
    reflected!("__rtruediv__", true_divide, "/", slots::true_divide),
    binary!(
        "__ifloordiv__",
        inplace_floor_divide,
        "//=",
        slots::inplace_floor_divide
    ),
    binary!(
        "__itruediv__",
        inplace_true_divide,
        "/=",
        slots::inplace_true_divide
    ),
    unary!(
        "__index__",
        index,
        "Return self converted to an integer, if self is suitable for use as an index into a list.",
        slots::index
    ),
    binary!("__matmul__", matrix_multiply, "@", slots::matrix_multiply),
    reflected!("__rmatmul__", matrix_multiply, "@", slots::matrix_multiply),
    binary!(
        "__imatmul__",
        inplace_matrix_multiply,
        "@=",
        slots::inplace_matrix_multiply
    ),
    wrapped!(
        "__len__",
        mp_length,
        wrap::len,
        "($self, /)",
        "Return len(self).",
        slots::len
    ),
    wrapped!(
        "__getitem__",
        mp_subscript,
        wrap::binary,
        "($self, key, /)",
        "Return self[key].",
        slots::mp_subscript
    ),
    wrapped!(
        "__setitem__",
        mp_ass_subscript,
        wrap::set_subscript,
        "($self, key, value, /)",
        "Set self[key] to value.",
        slots::mp_ass_subscript
    ),
    wrapped!(
        "__delitem__",
        mp_ass_subscript,
        wrap::delete_subscript,
        "($self, key, /)",
        "Delete self[key].",
        slots::mp_ass_subscript
    ),
    wrapped!(
        "__len__",
        sq_length,
        wrap::len,
        "($self, /)",
        "Return len(self).",
        slots::len
    ),
    // Python classes leave concatenation and repetition to the number slots, as CPython does.
    wrapped!(
        "__add__",
        sq_concat,
        wrap::binary,
        "($self, value, /)",
        "Return self+value."
    ),
    wrapped!(
        "__mul__",
        sq_repeat,
        wrap::repeat,
        "($self, value, /)",
        "Return self*value."
    ),
    wrapped!(
        "__rmul__",
        sq_repeat,
        wrap::repeat,
        "($self, value, /)",
        "Return value*self."
    ),
    wrapped!(
        "__getitem__",
        sq_item,
        wrap::sq_item,
        "($self, key, /)",
        "Return self[key].",
        slots::sq_item
    ),
    wrapped!(
        "__setitem__",
        sq_ass_item,
        wrap::sq_setitem,
        "($self, key, value, /)",
        "Set self[key] to value.",
        slots::sq_ass_item
    ),
    wrapped!(
        "__delitem__",
        sq_ass_item,
        wrap::sq_delitem,
        "($self, key, /)",
        "Delete self[key].",
        slots::sq_ass_item
    ),
    wrapped!(
        "__contains__",
        sq_contains,
        wrap::contains,
        "($self, key, /)",
        "Return key in self.",
        slots::sq_contains
    ),
    wrapped!(
        "__iadd__",
        sq_inplace_concat,
        wrap::binary,
        "($self, value, /)",
        "Implement self+=value."
    ),
    wrapped!(
        "__imul__",
        sq_inplace_repeat,
        wrap::repeat,
        "($self, value, /)",
        "Implement self*=value."
    ),
];
