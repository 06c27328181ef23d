//! Type slots: what a type does, as function pointers, with CPython's names without `tp_`, `nb_`, `sq_`, `mp_`, `am_`.
//!
//! A native type fills the slots it implements; a class statement fills those whose dunder it defines with functions that call the dunder
//! (`types/type/slotdefs.rs`); both inherit the rest. Lower layers dispatch through slots only, which is what lets them know no type.
//!
//! CPython 3.11: `Include/cpython/object.h`.

use super::def::Args;
use super::refs::Py;
use super::typeobj::PyType;
use super::value::Value;
use crate::context::{PyResult, Vm};
use std::cell::Cell;

/// Rich comparison operators, with CPython's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names are Python's")]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// The operator with CPython's number.
    pub fn from_oparg(oparg: u32) -> CompareOp {
        [
            CompareOp::Lt,
            CompareOp::Le,
            CompareOp::Eq,
            CompareOp::Ne,
            CompareOp::Gt,
            CompareOp::Ge,
        ][(oparg % 6) as usize]
    }

    /// The operator with sides exchanged.
    pub fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
            same => same,
        }
    }

    /// The operator as written.
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// What an ordering means for this operator.
    #[inline(always)]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }
}

/// What a generator-like object gives when a value is sent into it.
pub enum SendResult {
    /// It yielded.
    Yield(Value),
    /// It returned.
    Return(Value),
}

/// One operand.
pub type UnaryFn = fn(&Vm, &Value) -> PyResult<Value>;
/// Two operands, either of which may be of the slot's type; `NotImplemented` passes the operation on.
pub type BinaryFn = fn(&Vm, &Value, &Value) -> PyResult<Value>;
/// `pow` with its optional modulus (`None` when absent).
pub type TernaryFn = fn(&Vm, &Value, &Value, &Value) -> PyResult<Value>;
/// `__len__`.
pub type LenFn = fn(&Vm, &Value) -> PyResult<usize>;
/// A truth value.
pub type InquiryFn = fn(&Vm, &Value) -> PyResult<bool>;
/// `__hash__`.
pub type HashFn = fn(&Vm, &Value) -> PyResult<i64>;
/// `__call__`: vectorcall convention.
pub type CallFn = fn(&Vm, &Value, Args<'_>) -> PyResult<Value>;
/// `__getattribute__`: the name is a str.
pub type GetAttrFn = fn(&Vm, &Value, &Value) -> PyResult<Value>;
/// `__setattr__`, or `__delattr__` when the value is absent.
pub type SetAttrFn = fn(&Vm, &Value, &Value, Option<Value>) -> PyResult<()>;
/// Rich comparison; may give `NotImplemented`.
pub type CompareFn = fn(&Vm, &Value, &Value, CompareOp) -> PyResult<Value>;
/// `__next__`: `Ok(None)` at the end, without an exception object.
pub type IterNextFn = fn(&Vm, &Value) -> PyResult<Option<Value>>;
/// `__get__(self, instance or None, owner or None)`.
pub type DescrGetFn = fn(&Vm, &Value, Option<&Value>, Option<&Value>) -> PyResult<Value>;
/// `__set__(self, instance, value)`, or `__delete__` when the value is absent.
pub type DescrSetFn = fn(&Vm, &Value, &Value, Option<Value>) -> PyResult<()>;
/// `__init__`.
pub type InitFn = fn(&Vm, &Value, Args<'_>) -> PyResult<()>;
/// `__new__`: the class first.
pub type NewFn = fn(&Vm, &Py<PyType>, Args<'_>) -> PyResult<Value>;
/// `__del__` and its native kin. Errors are reported as unraisable by the slot itself.
pub type DelFn = fn(&Vm, &Value);
/// `seq[i]` with a checked non-negative or raw negative index, as CPython's `sq_item` gets it (negative indices already have the length added).
pub type ItemFn = fn(&Vm, &Value, isize) -> PyResult<Value>;
/// `seq[i] = value`, or `del seq[i]`.
pub type SetItemFn = fn(&Vm, &Value, isize, Option<Value>) -> PyResult<()>;
/// `seq * n`.
pub type RepeatFn = fn(&Vm, &Value, isize) -> PyResult<Value>;
/// `mapping[key] = value`, or `del mapping[key]`.
pub type SetSubscriptFn = fn(&Vm, &Value, &Value, Option<Value>) -> PyResult<()>;
/// `x in seq`.
pub type ContainsFn = fn(&Vm, &Value, &Value) -> PyResult<bool>;
/// Sends into a generator-like object.
pub type SendFn = fn(&Vm, &Value, Value) -> PyResult<SendResult>;
/// Exports a buffer; see `protocol/buffer.rs`. Flags are `PyBUF_*`.
pub type GetBufferFn = fn(&Vm, &Value, u32) -> PyResult<super::buffer::Buffer>;

macro_rules! define_slots {
    ($( $(#[doc = $doc:literal])* $name:ident: $ty:ty, )*) => {
        /// The slots of a type.
        #[derive(Default)]
        pub struct Slots {
            $( $(#[doc = $doc])* pub $name: Cell<Option<$ty>>, )*
        }

        impl Slots {
            /// Takes from `base` every slot in `self` that is empty, except those named in `types/type/inherit.rs` as grouped.
            pub fn fill_empty_from(&self, base: &Slots) {
                $( if self.$name.get().is_none() { self.$name.set(base.$name.get()); } )*
            }

            /// As `fill_empty_from`, for the slots that no dunder stands for.
            pub fn fill_unnamed_from(&self, base: &Slots) {
                if self.send.get().is_none() {
                    self.send.set(base.send.get());
                }
                if self.getbuffer.get().is_none() {
                    self.getbuffer.set(base.getbuffer.get());
                }
            }

            /// Takes every slot from `base`, the empty ones, too.
            pub fn copy_from(&self, base: &Slots) {
                $( self.$name.set(base.$name.get()); )*
            }
        }
    };
}

define_slots! {
    /// `__repr__`
    repr: UnaryFn,
    /// `__str__`
    str: UnaryFn,
    /// `__hash__`
    hash: HashFn,
    /// `__call__`
    call: CallFn,
    /// `__getattribute__` and `__getattr__`
    getattro: GetAttrFn,
    /// `__setattr__`, `__delattr__`
    setattro: SetAttrFn,
    /// `__lt__` and its kin
    richcompare: CompareFn,
    /// `__iter__`
    iter: UnaryFn,
    /// `__next__`
    iternext: IterNextFn,
    /// `__get__`
    descr_get: DescrGetFn,
    /// `__set__`, `__delete__`
    descr_set: DescrSetFn,
    /// `__init__`
    init: InitFn,
    /// `__new__`
    new: NewFn,
    /// `__del__`
    finalize: DelFn,
    /// `__await__`
    am_await: UnaryFn,
    /// `__aiter__`
    aiter: UnaryFn,
    /// `__anext__`
    anext: UnaryFn,
    /// Native sending, without StopIteration.
    send: SendFn,
    /// `__add__`, `__radd__`
    add: BinaryFn,
    /// `__sub__`
    subtract: BinaryFn,
    /// `__mul__`
    multiply: BinaryFn,
    /// `__mod__`
    remainder: BinaryFn,
    /// `__divmod__`
    divmod: BinaryFn,
    /// `__pow__`
    power: TernaryFn,
    /// `__neg__`
    negative: UnaryFn,
    /// `__pos__`
    positive: UnaryFn,
    /// `__abs__`
    absolute: UnaryFn,
    /// `__bool__`
    bool: InquiryFn,
    /// `__invert__`
    invert: UnaryFn,
    /// `__lshift__`
    lshift: BinaryFn,
    /// `__rshift__`
    rshift: BinaryFn,
    /// `__and__`
    and: BinaryFn,
    /// `__xor__`
    xor: BinaryFn,
    /// `__or__`
    or: BinaryFn,
    /// `__int__`
    int: UnaryFn,
    /// `__float__`
    float: UnaryFn,
    /// `__iadd__`
    inplace_add: BinaryFn,
    /// `__isub__`
    inplace_subtract: BinaryFn,
    /// `__imul__`
    inplace_multiply: BinaryFn,
    /// `__imod__`
    inplace_remainder: BinaryFn,
    /// `__ipow__`
    inplace_power: TernaryFn,
    /// `__ilshift__`
    inplace_lshift: BinaryFn,
    /// `__irshift__`
    inplace_rshift: BinaryFn,
    /// `__iand__`
    inplace_and: BinaryFn,
    /// `__ixor__`
    inplace_xor: BinaryFn,
    /// `__ior__`
    inplace_or: BinaryFn,
    /// `__floordiv__`
    floor_divide: BinaryFn,
    /// `__truediv__`
    true_divide: BinaryFn,
    /// `__ifloordiv__`
    inplace_floor_divide: BinaryFn,
    /// `__itruediv__`
    inplace_true_divide: BinaryFn,
    /// `__index__`
    index: UnaryFn,
    /// `__matmul__`
    matrix_multiply: BinaryFn,
    /// `__imatmul__`
    inplace_matrix_multiply: BinaryFn,
    /// `__len__` of a sequence
    sq_length: LenFn,
    /// Sequence concatenation
    sq_concat: BinaryFn,
    /// Sequence repetition
    sq_repeat: RepeatFn,
    /// Sequence item
    sq_item: ItemFn,
    /// Sequence item assignment and deletion
    sq_ass_item: SetItemFn,
    /// `__contains__`
    sq_contains: ContainsFn,
    /// In-place concatenation
    sq_inplace_concat: BinaryFn,
    /// In-place repetition
    sq_inplace_repeat: RepeatFn,
    /// `__len__` of a mapping
    mp_length: LenFn,
    /// `__getitem__`
    mp_subscript: BinaryFn,
    /// `__setitem__`, `__delitem__`
    mp_ass_subscript: SetSubscriptFn,
    /// The buffer protocol
    getbuffer: GetBufferFn,
}
