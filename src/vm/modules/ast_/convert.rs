//! How fields of nodes become attributes and attributes become fields.
//!
//! CPython 3.11: `ast2obj_*` and `obj2ast_*` in `Python/Python-ast.c`.

use super::{Classes, PyAst};
use crate::context::{PyErr, PyResult, Vm};
use crate::object::alloc::new_object;
use crate::object::{Payload, Value, instance};
use crate::protocol::instance_check::isinstance;
use crate::protocol::{attr, repr};
use crate::types::bool_::PyBool;
use crate::types::bytes::value::PyBytes;
use crate::types::complex::value::PyComplex;
use crate::types::float::value::PyFloat;
use crate::types::int::value::{IntRef, PyInt};
use crate::types::list::value::PyList;
use crate::types::set::table::PyFrozenSet;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::{Constant, StrObj};
use compiler::ast::Span;
use std::cell::Cell;
use std::rc::Rc;

/// What a conversion needs.
pub struct Context<'a> {
    /// The interpreter.
    pub vm: &'a Vm,
    /// Its classes of nodes.
    pub classes: Rc<Classes>,
    /// Makes a live value of a constant.
    pub make_constant: fn(&Vm, &Constant) -> PyResult<Value>,
    /// Levels of nodes that are left until the tree counts as too deep.
    pub depth: Cell<i64>,
}

/// Where a field stands, for messages.
#[derive(Clone, Copy)]
pub struct Place {
    /// Name of the node's class.
    pub owner: &'static str,
    /// Name of the field.
    pub field: &'static str,
}

/// A node: an object of a class of its own.
pub trait Node: Sized {
    /// What messages call a list of these, if `None` is refused in it.
    const LIST: Option<&'static str> = None;
    /// As an object.
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Value>;
    /// From an object.
    fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self>;
}

/// What a field can hold.
pub trait Field: Sized {
    /// As a value of an attribute.
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value>;
    /// From the value of an attribute, `None` when there is no such attribute.
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self>;
}

impl Context<'_> {
    /// A new object of a class.
    pub fn new_node(&self, name: &'static str) -> PyResult<Value> {
        Ok(new_object(&*self.classes.get(self.vm, name)?, PyAst).into_value())
    }

    /// Runs one level of a conversion to objects.
    pub fn deeper<R>(&self, convert: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
        self.vm.check_native_stack(" during ast construction")?;
        if self.depth.get() <= 0 {
            return Err(self
                .vm
                .recursion_error("maximum recursion depth exceeded during ast construction"));
        }
        self.depth.set(self.depth.get() - 1);
        let result = convert();
        self.depth.set(self.depth.get() + 1);
        result
    }

    /// Sets an attribute of a new node.
    pub fn put<F: Field>(&self, node: &Value, name: &'static str, field: &F) -> PyResult<()> {
        let value = field.to_field(self)?;
        self.put_value(node, name, value);
        Ok(())
    }

    fn put_value(&self, node: &Value, name: &'static str, value: Value) {
        if let Some(node) = node.downcast_ref::<PyAst>() {
            instance::set_own(self.vm, node.object(), &self.vm.intern_str(name), value);
        }
    }

    /// Sets the attributes that say where a node stands.
    pub fn put_span(&self, node: &Value, span: &Span) {
        let int = |n: i32| self.vm.new_int(n.into());
        self.put_value(node, "lineno", int(span.lineno));
        self.put_value(node, "col_offset", int(span.col_offset));
        self.put_value(node, "end_lineno", int(span.end_lineno));
        self.put_value(node, "end_col_offset", int(span.end_col_offset));
    }

    /// A field of an object.
    pub fn take<F: Field>(
        &self,
        object: &Value,
        owner: &'static str,
        field: &'static str,
    ) -> PyResult<F> {
        let value = attr::get_opt(self.vm, object, &self.vm.intern_str(field))?;
        F::from_field(self, value, Place { owner, field })
    }

    /// Where a node stands; the end may be missing except for patterns.
    pub fn take_span(&self, object: &Value, owner: &'static str) -> PyResult<Span> {
        let lineno = self.take(object, owner, "lineno")?;
        let col_offset = self.take(object, owner, "col_offset")?;
        if owner == "pattern" {
            return Ok(Span {
                lineno,
                col_offset,
                end_lineno: self.take(object, owner, "end_lineno")?,
                end_col_offset: self.take(object, owner, "end_col_offset")?,
            });
        }
        let end_lineno: Option<i32> = self.take(object, owner, "end_lineno")?;
        let end_col_offset: Option<i32> = self.take(object, owner, "end_col_offset")?;
        Ok(Span {
            lineno,
            col_offset,
            end_lineno: end_lineno.unwrap_or(lineno),
            end_col_offset: end_col_offset.unwrap_or(col_offset),
        })
    }

    /// Whether an object is of a class; `exact` is its class's name when it is one of the schema.
    pub fn is_a(
        &self,
        object: &Value,
        exact: Option<&'static str>,
        name: &'static str,
    ) -> PyResult<bool> {
        match exact {
            Some(exact) => Ok(exact == name),
            None => {
                let class = self.classes.get(self.vm, name)?;
                isinstance(self.vm, object, &class.as_value())
            }
        }
    }

    /// The name of an object's class in the schema.
    pub fn exact(&self, object: &Value) -> Option<&'static str> {
        self.classes.name_of(object.class(self.vm))
    }

    /// The error for an object that is of no class of a family.
    pub fn unexpected(&self, family: &str, object: &Value) -> PyErr {
        match repr::repr_text(self.vm, object) {
            Ok(shown) => self
                .vm
                .type_error(format!("expected some sort of {family}, but got {shown}")),
            Err(error) => error,
        }
    }

    fn missing(&self, place: Place) -> PyErr {
        self.vm.type_error(format!(
            "required field \"{}\" missing from {}",
            place.field, place.owner
        ))
    }

    fn absent(&self, place: Place) -> PyErr {
        self.vm.value_error(format!(
            "field '{}' is required for {}",
            place.field, place.owner
        ))
    }

    fn required(&self, value: Option<Value>, place: Place) -> PyResult<Value> {
        value.ok_or_else(|| self.missing(place))
    }
}

/// A node as a field of its own.
pub fn node_field<N: Node>(
    cx: &Context<'_>,
    value: Option<Value>,
    place: Place,
    none_is_absent: bool,
) -> PyResult<N> {
    let value = cx.required(value, place)?;
    if none_is_absent && value.is_none() {
        return Err(cx.absent(place));
    }
    N::from_object(cx, &value)
}

impl<N: Node> Field for Box<N> {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        (**self).to_object(cx)
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        node_field(cx, value, place, N::LIST.is_some()).map(Box::new)
    }
}

impl<N: Node> Field for Option<Box<N>> {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        self.as_ref()
            .map_or(Ok(Value::None), |node| node.to_object(cx))
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, _place: Place) -> PyResult<Self> {
        match value {
            Some(value) if !value.is_none() => Ok(Some(Box::new(N::from_object(cx, &value)?))),
            _ => Ok(None),
        }
    }
}

impl<N: Node> Node for Option<N> {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
        self.as_ref()
            .map_or(Ok(Value::None), |node| node.to_object(cx))
    }
    fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
        if object.is_none() {
            return Ok(None);
        }
        N::from_object(cx, object).map(Some)
    }
}

impl<N: Node> Field for Vec<N> {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        let mut values = Vec::with_capacity(self.len());
        for node in self {
            values.push(node.to_object(cx)?);
        }
        Ok(cx.vm.new_list(values))
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        let value = cx.required(value, place)?;
        let Some(list) = value.downcast_ref::<PyList>() else {
            return Err(cx.vm.type_error(format!(
                "{} field \"{}\" must be a list, not a {}",
                place.owner,
                place.field,
                value.class(cx.vm).tp_name()
            )));
        };
        let len = list.len();
        let mut nodes = Vec::with_capacity(len);
        for index in 0..len {
            let item = list.get(index).unwrap_or(Value::None);
            if let Some(what) = N::LIST
                && item.is_none()
            {
                let message = format!("None disallowed in {what} list");
                return Err(cx.vm.value_error(message));
            }
            nodes.push(N::from_object(cx, &item)?);
            if list.len() != len {
                return Err(cx.vm.runtime_error(format!(
                    "{} field \"{}\" changed size during iteration",
                    place.owner, place.field
                )));
            }
        }
        Ok(nodes)
    }
}

fn identifier(cx: &Context<'_>, value: &Value) -> PyResult<Rc<str>> {
    let Some(text) = value.downcast_exact::<PyStr>(cx.vm) else {
        return Err(cx.vm.type_error("AST identifier must be of type str"));
    };
    rust_text(cx, text)
}

fn rust_text(cx: &Context<'_>, text: &crate::object::Py<PyStr>) -> PyResult<Rc<str>> {
    match text.to_str() {
        Some(text) => Ok(Rc::from(&*text)),
        None => {
            let surrogate = |c: &u32| (0xd800..0xe000).contains(c);
            let start = text.chars().position(|c| surrogate(&c)).unwrap_or(0);
            Err(cx.vm.unicode_encode_error(
                "utf-8",
                &text.to_value(),
                start,
                start + 1,
                "surrogates not allowed",
            ))
        }
    }
}

impl Node for Rc<str> {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Value> {
        Ok(cx.vm.intern_str(self).into_value())
    }
    fn from_object(cx: &Context<'_>, object: &Value) -> PyResult<Self> {
        identifier(cx, object)
    }
}

fn text_field(cx: &Context<'_>, value: &Value, place: Place) -> PyResult<Rc<str>> {
    if !matches!(place.field, "type_comment" | "kind" | "tag") {
        if value.is_none() {
            return Err(cx.absent(place));
        }
        return identifier(cx, value);
    }
    if let Some(bytes) = value.downcast_exact::<PyBytes>(cx.vm) {
        return Ok(Rc::from(&*String::from_utf8_lossy(bytes.as_slice())));
    }
    match value.downcast_exact::<PyStr>(cx.vm) {
        Some(text) => rust_text(cx, text),
        None => Err(cx.vm.type_error("AST string must be of type str")),
    }
}

impl Field for Rc<str> {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        Ok(cx.vm.intern_str(self).into_value())
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        text_field(cx, &cx.required(value, place)?, place)
    }
}

impl Field for Option<Rc<str>> {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        self.as_ref()
            .map_or(Ok(Value::None), |text| text.to_field(cx))
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        match value {
            Some(value) if !value.is_none() => text_field(cx, &value, place).map(Some),
            _ => Ok(None),
        }
    }
}

fn int(cx: &Context<'_>, value: &Value) -> PyResult<i32> {
    let Some(number) = value.as_int() else {
        let shown = repr::repr_text(cx.vm, value)?;
        return Err(cx.vm.value_error(format!("invalid integer value: {shown}")));
    };
    let number = match number {
        IntRef::Small(number) => i32::try_from(number).ok(),
        IntRef::Big(_) => None,
    };
    number.ok_or_else(|| {
        cx.vm
            .overflow_error("Python int too large to convert to C int")
    })
}

impl Field for i32 {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        Ok(cx.vm.new_int((*self).into()))
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        int(cx, &cx.required(value, place)?)
    }
}

impl Field for Option<i32> {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        Ok(cx.vm.new_int(self.unwrap_or(0).into()))
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, _place: Place) -> PyResult<Self> {
        match value {
            Some(value) if !value.is_none() => int(cx, &value).map(Some),
            _ => Ok(None),
        }
    }
}

impl Field for bool {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        Ok(cx.vm.new_int(i64::from(*self)))
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        Ok(i32::from_field(cx, value, place)? != 0)
    }
}

impl Field for Constant {
    fn to_field(&self, cx: &Context<'_>) -> PyResult<Value> {
        (cx.make_constant)(cx.vm, self)
    }
    fn from_field(cx: &Context<'_>, value: Option<Value>, place: Place) -> PyResult<Self> {
        constant(cx, &cx.required(value, place)?)
    }
}

/// A constant of an object; only values that source can mean are allowed, and tuples and frozensets of them.
fn constant(cx: &Context<'_>, value: &Value) -> PyResult<Constant> {
    let vm = cx.vm;
    if value.is_none() {
        return Ok(Constant::None);
    }
    if value.is(&Value::Ellipsis) {
        return Ok(Constant::Ellipsis);
    }
    let class = value.class(vm);
    if class.is(PyBool::class(vm)) {
        return Ok(Constant::Bool(value.is(&Value::True)));
    }
    if class.is(PyInt::class(vm)) {
        return match value.as_int() {
            Some(IntRef::Small(number)) => Ok(Constant::Int(Rc::new(number.into()))),
            Some(IntRef::Big(number)) => Ok(Constant::Int(Rc::new(number.clone()))),
            None => Err(vm.system_error("an int without a value")),
        };
    }
    if let Some(text) = value.downcast_exact::<PyStr>(vm) {
        return Ok(Constant::Str(StrObj::new(generalised_utf8(text))));
    }
    if let Some(bytes) = value.downcast_exact::<PyBytes>(vm) {
        return Ok(Constant::Bytes(Rc::new(bytes.as_slice().into())));
    }
    if class.is(PyFloat::class(vm))
        && let Some(number) = value.as_float()
    {
        return Ok(Constant::Float(Rc::new(number)));
    }
    if class.is(PyComplex::class(vm))
        && let Some(number) = value.as_complex()
    {
        return Ok(Constant::Complex(Rc::new((number.real, number.imag))));
    }
    let items = if let Some(tuple) = value.downcast_exact::<PyTuple>(vm) {
        tuple.as_slice().to_vec()
    } else if let Some(set) = value.downcast_exact::<PyFrozenSet>(vm) {
        set.items()
    } else {
        return Err(vm.type_error(format!(
            "got an invalid type in Constant: {}",
            class.tp_name()
        )));
    };
    let _guard = vm.enter_recursive(" during compilation")?;
    let items: Vec<Constant> = items
        .iter()
        .map(|item| constant(cx, item))
        .collect::<PyResult<_>>()?;
    Ok(if value.downcast_exact::<PyTuple>(vm).is_some() {
        Constant::Tuple(items.into())
    } else {
        Constant::FrozenSet(items.into())
    })
}

fn generalised_utf8(text: &crate::object::Py<PyStr>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.extend_from_slice(&[
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
        }
    }
    bytes
}
