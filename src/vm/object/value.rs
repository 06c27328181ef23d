//! `Value`: any Python value in one machine word.
//!
//! ```text
//! …000  pointer to an object on the heap (never null)
//! …010  int of 61 bits, in place
//! …001 …100 …101  float: the f64 rotated left by four, plus one; its three top exponent bits become the tag
//! …110  NULL, None, False, True, Ellipsis, NotImplemented
//! ```
//!
//! A float whose top exponent bits are 000, 011 or 100 fits (zero, subnormals, 2^-255 to 2^257); the others, infinities and NaN are heap
//! objects, so `nan in [nan]` keeps its meaning. A `Value` owns one reference when it is a pointer: `Clone` counts one up, `Drop` one down.
//! `NULL` is not a Python value; only the interpreter's stack and locals, argument scratch space and emptied cells hold it.
//!
//! CPython counterpart: `PyObject *`.

use super::alloc;
use super::header::Object;
use super::payload::Payload;
use super::refs::{Py, PyRef};
use super::typeobj::PyType;
use crate::context::Vm;
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;
use std::ops::Deref;
use std::ptr::NonNull;

const TAG_MASK: u64 = 7;
const TAG_INT: u64 = 2;
const TAG_SPECIAL: u64 = 6;
/// Bit n is set when tag n is a float.
const FLOAT_TAGS: u32 = 0b11_0010;

/// Any Python value; see the head of this file.
#[repr(transparent)]
pub struct Value(NonZeroU64);

const _: () = assert!(size_of::<Value>() == 8 && size_of::<Option<Value>>() == 8);

/// Smallest int kept in place.
pub const SMALL_INT_MIN: i64 = -(1 << 60);
/// Largest int kept in place.
pub const SMALL_INT_MAX: i64 = (1 << 60) - 1;

const fn special(n: u64) -> Value {
    match NonZeroU64::new(n << 3 | TAG_SPECIAL) {
        Some(w) => Value(w),
        None => unreachable!(),
    }
}

#[expect(non_upper_case_globals, reason = "Python's names")]
impl Value {
    /// Not a value: an unset slot.
    pub const NULL: Value = special(0);
    /// `None`
    pub const None: Value = special(1);
    /// `False`
    pub const False: Value = special(2);
    /// `True`
    pub const True: Value = special(3);
    /// `...`
    pub const Ellipsis: Value = special(4);
    /// `NotImplemented`
    pub const NotImplemented: Value = special(5);
}

impl Value {
    /// The raw word; for identity, hashing by address and caches.
    #[inline(always)]
    pub fn bits(&self) -> u64 {
        self.0.get()
    }

    /// Rebuilds a value from `into_bits`.
    ///
    /// # Safety
    /// `bits` must come from `into_bits`, and each such word may be turned back once.
    #[inline(always)]
    pub unsafe fn from_bits(bits: u64) -> Value {
        // SAFETY: a Value's word is never zero.
        Value(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    /// The raw word, giving up ownership.
    #[inline(always)]
    pub fn into_bits(self) -> u64 {
        ManuallyDrop::new(self).0.get()
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn bool(b: bool) -> Value {
        if b { Value::True } else { Value::False }
    }

    /// The int in place when it fits.
    #[inline(always)]
    pub fn small_int(n: i64) -> Option<Value> {
        if (SMALL_INT_MIN..=SMALL_INT_MAX).contains(&n) {
            Some(Self::small_int_unchecked(n))
        } else {
            None
        }
    }

    /// The int in place; `n` must fit 61 bits (the top bits are lost otherwise).
    #[inline(always)]
    pub fn small_int_unchecked(n: i64) -> Value {
        // SAFETY: the tag makes the word non-zero.
        Value(unsafe { NonZeroU64::new_unchecked((n as u64) << 3 | TAG_INT) })
    }

    /// The in-place int, if this is one (`True` and `False` are not).
    #[inline(always)]
    pub fn as_small_int(&self) -> Option<i64> {
        if self.is_small_int() {
            Some(self.bits() as i64 >> 3)
        } else {
            None
        }
    }

    /// Whether this is an in-place int.
    #[inline(always)]
    pub fn is_small_int(&self) -> bool {
        self.bits() & TAG_MASK == TAG_INT
    }

    /// Whether both are in-place ints.
    #[inline(always)]
    pub fn both_small_int(a: &Value, b: &Value) -> bool {
        ((a.bits() ^ TAG_INT) | (b.bits() ^ TAG_INT)) & TAG_MASK == 0
    }

    /// Sum of two in-place ints, unless it overflows 61 bits. Both must be in-place ints.
    #[inline(always)]
    pub fn small_add(a: &Value, b: &Value) -> Option<Value> {
        let sum = (a.bits() as i64).checked_add((b.bits() - TAG_INT) as i64)?;
        NonZeroU64::new(sum as u64).map(Value)
    }

    /// Difference of two in-place ints, unless it overflows 61 bits. Both must be in-place ints.
    #[inline(always)]
    pub fn small_sub(a: &Value, b: &Value) -> Option<Value> {
        let difference = (a.bits() as i64).checked_sub((b.bits() - TAG_INT) as i64)?;
        NonZeroU64::new(difference as u64).map(Value)
    }

    /// Product of two in-place ints, unless it overflows 61 bits. Both must be in-place ints.
    #[inline(always)]
    pub fn small_mul(a: &Value, b: &Value) -> Option<Value> {
        let product = ((a.bits() - TAG_INT) as i64).checked_mul(b.bits() as i64 >> 3)?;
        NonZeroU64::new(product as u64 | TAG_INT).map(Value)
    }

    /// The float in place when its exponent fits, see the head of this file. Use `vm.new_float` for any float.
    #[inline(always)]
    pub fn small_float(f: f64) -> Option<Value> {
        let word = f.to_bits().rotate_left(4).wrapping_add(1);
        if FLOAT_TAGS >> (word & TAG_MASK) & 1 != 0 {
            NonZeroU64::new(word).map(Value)
        } else {
            None
        }
    }

    /// Whether this is an in-place float.
    #[inline(always)]
    pub fn is_small_float(&self) -> bool {
        FLOAT_TAGS >> (self.bits() & TAG_MASK) & 1 != 0
    }

    /// The in-place float, if this is one.
    #[inline(always)]
    pub fn as_small_float(&self) -> Option<f64> {
        if self.is_small_float() {
            Some(f64::from_bits((self.bits() - 1).rotate_right(4)))
        } else {
            None
        }
    }

    /// Whether this is a pointer to a heap object.
    #[inline(always)]
    pub fn is_object(&self) -> bool {
        self.bits() & TAG_MASK == 0
    }

    /// The heap object, if this is one.
    #[inline(always)]
    pub fn as_object(&self) -> Option<&Object> {
        if self.is_object() {
            // SAFETY: a word with tag 000 is a pointer to a live object that this value keeps alive.
            Some(unsafe { &*(self.bits() as *const Object) })
        } else {
            None
        }
    }

    /// Whether this is the unset marker.
    #[inline(always)]
    pub fn is_null(&self) -> bool {
        self.bits() == Value::NULL.bits()
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.bits() == Value::None.bits()
    }

    /// Whether this is `True`.
    #[inline(always)]
    pub fn is_true(&self) -> bool {
        self.bits() == Value::True.bits()
    }

    /// Whether this is `False`.
    #[inline(always)]
    pub fn is_false(&self) -> bool {
        self.bits() == Value::False.bits()
    }

    /// Whether this is `True` or `False`.
    #[inline(always)]
    pub fn is_bool(&self) -> bool {
        self.is_true() || self.is_false()
    }

    /// Whether this is `NotImplemented`.
    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.bits() == Value::NotImplemented.bits()
    }

    /// `a is b`.
    #[inline(always)]
    pub fn is(&self, other: &Value) -> bool {
        self.bits() == other.bits()
    }

    /// `None` for `Value::NULL`.
    #[inline(always)]
    pub fn non_null(self) -> Option<Value> {
        if self.is_null() { None } else { Some(self) }
    }

    /// `None` for Python's `None`.
    #[inline(always)]
    pub fn non_none(self) -> Option<Value> {
        if self.is_none() { None } else { Some(self) }
    }

    /// `type(self)`.
    #[inline(always)]
    pub fn class<'a>(&'a self, vm: &'a Vm) -> &'a Py<PyType> {
        match self.as_object() {
            Some(object) => object.class(),
            None => self.immediate_class(vm),
        }
    }

    #[inline]
    fn immediate_class<'a>(&self, vm: &'a Vm) -> &'a Py<PyType> {
        let types = &vm.types;
        match self.bits() & TAG_MASK {
            TAG_INT => &types.int,
            TAG_SPECIAL => match self.bits() >> 3 {
                2 | 3 => &types.bool,
                4 => &types.ellipsis,
                5 => &types.not_implemented,
                _ => &types.none,
            },
            _ => &types.float,
        }
    }

    /// Whether `type(self) is ty`.
    #[inline(always)]
    pub fn is_exact(&self, vm: &Vm, ty: &Py<PyType>) -> bool {
        std::ptr::eq(self.class(vm), ty)
    }

    /// The object with payload `T`, when this is an instance of `T`'s type or of a subclass of it. In-place ints, floats, bools and
    /// singletons have no payload: ask `vm`'s number helpers for those.
    #[inline(always)]
    pub fn downcast_ref<T: Payload>(&self) -> Option<&Py<T>> {
        self.as_object()?.downcast_ref::<T>()
    }

    /// As `downcast_ref`, but not for instances of subclasses.
    #[inline(always)]
    pub fn downcast_exact<T: Payload>(&self, vm: &Vm) -> Option<&Py<T>> {
        let object = self.as_object()?;
        let exact = match vm.types.core::<T>() {
            Some(class) if !cfg!(debug_assertions) => std::ptr::eq(object.class(), class),
            _ => {
                let def = object.class().def;
                def.is_some_and(|def| std::ptr::eq(def, T::def()))
            }
        };
        if exact {
            // SAFETY: an object whose type is T's own has payload T.
            Some(unsafe { object.cast::<T>() })
        } else {
            None
        }
    }

    /// Consuming form of `downcast_ref`.
    #[inline]
    pub fn downcast<T: Payload>(self) -> Result<PyRef<T>, Value> {
        if self.downcast_ref::<T>().is_some() {
            // SAFETY: just checked; ownership moves from the word to the reference.
            Ok(unsafe { PyRef::from_raw(NonNull::new_unchecked(self.into_bits() as *mut Py<T>)) })
        } else {
            Err(self)
        }
    }

    /// References to the object; 0 for in-place values.
    pub fn refcount(&self) -> u64 {
        self.as_object().map_or(0, Object::refcount)
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if let Some(object) = self.as_object() {
            object.incref();
        }
        Value(self.0)
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(object) = self.as_object()
            && object.decref()
        {
            // SAFETY: the last reference is gone.
            unsafe { alloc::dealloc(NonNull::from(object)) };
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(n) = self.as_small_int() {
            write!(f, "{n}")
        } else if let Some(x) = self.as_small_float() {
            write!(f, "{x:?}")
        } else {
            write!(f, "<value {:#x}>", self.bits())
        }
    }
}

impl From<bool> for Value {
    #[inline(always)]
    fn from(b: bool) -> Value {
        Value::bool(b)
    }
}

/// A `Value` that does not own its reference, for passing a borrowed `&Py<T>` where `&Value` is wanted.
#[repr(transparent)]
pub struct ValueRef<'a>(ManuallyDrop<Value>, std::marker::PhantomData<&'a Object>);

impl<'a> ValueRef<'a> {
    #[inline(always)]
    pub(super) fn new(object: &'a Object) -> Self {
        // SAFETY: ManuallyDrop keeps the count as it is; the lifetime keeps the object alive.
        let value = unsafe { Value::from_bits(std::ptr::from_ref(object) as u64) };
        ValueRef(ManuallyDrop::new(value), std::marker::PhantomData)
    }
}

impl Deref for ValueRef<'_> {
    type Target = Value;
    #[inline(always)]
    fn deref(&self) -> &Value {
        &self.0
    }
}
