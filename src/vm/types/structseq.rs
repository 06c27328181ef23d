//! Struct sequences: tuples whose items also have names, like `os.stat_result`, `sys.flags`, `time.struct_time`.
//!
//! A definition is a static made by `structseq!`. The first `visible` fields are the tuple's items; the rest are attributes only and are
//! kept where instance attributes stand, though the type has no `__dict__`.
//!
//! CPython 3.11: `Objects/structseq.c`.

use crate::context::errors::ExcKind;
use crate::context::{PyResult, Vm};
use crate::object::{
    Args, GetSetDef, Object, Py, PyType, Table, TypeDef, Value, instance, type_flag,
};
use crate::protocol::{repr, sequence};
use crate::types::dict::value::PyDict;
use crate::types::native::{bind, join_pieces, no_args, this, unsigned};
use crate::types::tuple::value::PyTuple;
use std::cell::RefCell;

/// A field: its name and its doc. A field without name (an empty one) is an item only.
pub type Field = (&'static str, &'static str);

/// A struct sequence type.
pub struct StructSeqDef {
    /// The type.
    pub def: TypeDef,
    /// Fields in order.
    pub fields: &'static [Field],
    /// How many of them are items of the tuple.
    pub visible: usize,
}

/// Definitions whose types exist in an interpreter.
#[derive(Default)]
struct Known(RefCell<Vec<&'static StructSeqDef>>);

impl StructSeqDef {
    fn unnamed(&self) -> usize {
        self.fields
            .iter()
            .filter(|field| field.0.is_empty())
            .count()
    }

    fn named_visible(&self) -> impl Iterator<Item = &'static str> {
        let visible = &self.fields[..self.visible];
        visible
            .iter()
            .map(|field| field.0)
            .filter(|name| !name.is_empty())
    }

    /// The type in an interpreter.
    pub fn class<'a>(&'static self, vm: &'a Vm) -> &'a Py<PyType> {
        let class = vm.native_type(&self.def);
        let known = vm.state.get::<Known>();
        if !known.0.borrow().iter().any(|def| std::ptr::eq(*def, self)) {
            known.0.borrow_mut().push(self);
            if !class.has_flag(type_flag::UNFILLED) {
                self.add_counts(vm, &class.dict_ref());
            }
        }
        class
    }

    fn add_counts(&self, vm: &Vm, dict: &Py<PyDict>) {
        let names = self.named_visible();
        let names = names.map(|name| vm.intern_str(name).into_value()).collect();
        let count = |n: usize| vm.new_usize(n);
        dict.set_str(vm, &vm.names.n_sequence_fields, count(self.visible));
        dict.set_str(vm, &vm.names.n_fields, count(self.fields.len()));
        dict.set_str(vm, &vm.names.n_unnamed_fields, count(self.unnamed()));
        dict.set_str(vm, &vm.names.__match_args__, vm.new_tuple(names));
    }

    /// An instance. Values that are missing are `None`; there must not be more than fields.
    pub fn new_value(&'static self, vm: &Vm, values: Vec<Value>) -> Value {
        debug_assert!(values.len() <= self.fields.len());
        let mut values = values.into_iter();
        let items = (0..self.visible).map(|_| values.next().unwrap_or(Value::None));
        let tuple = PyTuple::with_class(self.class(vm), items.collect());
        for field in &self.fields[self.visible..] {
            let value = values.next().unwrap_or(Value::None);
            instance::set_own(vm, tuple.object(), &vm.intern_str(field.0), value);
        }
        tuple.into_value()
    }
}

/// Whether it is a name of what `complete` adds.
pub fn is_count(name: &[u8]) -> bool {
    name.starts_with(b"n_") || name == b"__match_args__"
}

/// Adds what only struct sequences have to the namespace of one, which is being made.
pub fn complete(vm: &Vm, class: &Py<PyType>, dict: &Py<PyDict>) {
    if let Some(def) = known_def(vm, class) {
        def.add_counts(vm, dict);
    }
}

fn known_def(vm: &Vm, class: &Py<PyType>) -> Option<&'static StructSeqDef> {
    let known = vm.state.get::<Known>();
    let defs = known.0.borrow();
    let found = defs
        .iter()
        .find(|def| class.def.is_some_and(|own| std::ptr::eq(own, &def.def)));
    found.copied()
}

/// The definition behind a type.
fn def_of(vm: &Vm, class: &Py<PyType>) -> PyResult<&'static StructSeqDef> {
    match known_def(vm, class) {
        Some(def) => Ok(def),
        None => Err(vm.type_error(format!("'{}' is no struct sequence", class.tp_name()))),
    }
}

/// The value of a field.
fn field_value(vm: &Vm, value: &Value, index: usize) -> PyResult<Value> {
    let tuple = this::<PyTuple>(vm, value)?;
    if let Some(item) = tuple.as_slice().get(index) {
        return Ok(item.clone());
    }
    let def = def_of(vm, value.class(vm))?;
    let name = vm.intern_str(def.fields.get(index).map_or("", |field| field.0));
    Ok(instance::get_own(tuple.object(), &name).unwrap_or(Value::None))
}

fn field<const N: usize>(vm: &Vm, value: &Value) -> PyResult<Value> {
    field_value(vm, value, N)
}

macro_rules! getters {
    ($($index:literal)*) => {
        [$(field::<$index>),*]
    };
}

/// Most fields a struct sequence can have.
pub const FIELDS_MAX: usize = 32;

const NO_ROW: GetSetDef = GetSetDef {
    name: "",
    doc: None,
    get: None,
    set: None,
    member: true,
};

/// Number of fields with a name.
pub const fn named(fields: &[Field]) -> usize {
    let (mut index, mut count) = (0, 0);
    while index < fields.len() {
        if !fields[index].0.is_empty() {
            count += 1;
        }
        index += 1;
    }
    count
}

/// Rows of the attributes.
pub const fn rows<const N: usize>(fields: &'static [Field]) -> [GetSetDef; N] {
    let getters: [fn(&Vm, &Value) -> PyResult<Value>; FIELDS_MAX] = getters!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    );
    let mut rows = [NO_ROW; N];
    let (mut index, mut row) = (0, 0);
    while index < fields.len() {
        if !fields[index].0.is_empty() {
            rows[row] = GetSetDef {
                name: fields[index].0,
                doc: Some(fields[index].1),
                get: Some(getters[index]),
                set: None,
                member: true,
            };
            row += 1;
        }
        index += 1;
    }
    rows
}

/// What all struct sequences do.
pub static TABLE: Table = Table {
    methods: &[unsigned(no_args("__reduce__", "", reduce))],
    getsets: &[],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(struct_repr));
    },
};

pub use crate::types::tuple::value::{drop_items, visit_items};

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let def = def_of(vm, class)?;
    let name = class.name_str();
    let [items, dict] = bind(vm, &name, &args, ["sequence", "dict"], 2, 1)?;
    let none = Value::None;
    let items = items.unwrap_or(&none);
    let mut values = sequence::fast(vm, items, "constructor requires a sequence")?;
    let dict = match dict {
        None => None,
        Some(dict) => Some(dict.downcast_ref::<PyDict>().ok_or_else(|| {
            vm.type_error(format!(
                "{}() takes a dict as second arg, if any",
                class.tp_name()
            ))
        })?),
    };
    let (len, min, max) = (values.len(), def.visible, def.fields.len());
    if len < min || len > max {
        let bound = if min == max {
            format!("a {min}")
        } else if len < min {
            format!("an at least {min}")
        } else {
            format!("an at most {max}")
        };
        return Err(vm.type_error(format!(
            "{}() takes {bound}-sequence ({len}-sequence given)",
            class.tp_name()
        )));
    }
    for field in &def.fields[len..] {
        let value = match dict {
            Some(dict) => dict.get(vm, &vm.intern_str(field.0).as_value())?,
            None => None,
        };
        values.push(value.unwrap_or(Value::None));
    }
    Ok(def.new_value(vm, values))
}

fn struct_repr(vm: &Vm, value: &Value) -> PyResult<Value> {
    let class = value.class(vm);
    let def = def_of(vm, class)?;
    let tuple = this::<PyTuple>(vm, value)?;
    let named: Vec<&'static str> = def
        .fields
        .iter()
        .map(|field| field.0)
        .filter(|name| !name.is_empty())
        .collect();
    let mut pieces = Vec::with_capacity(2 * tuple.len());
    for (index, item) in tuple.as_slice().iter().enumerate() {
        let Some(name) = named.get(index) else {
            return Err(vm.new_exception(
                ExcKind::SystemError,
                vm.new_str(&format!(
                    "In structseq_repr(), member {index} name is NULL for type {}",
                    class.tp_name()
                )),
            ));
        };
        pieces.push(vm.intern_str(name));
        pieces.push(repr::repr(vm, item)?);
    }
    let prefix = format!("{}(", class.tp_name());
    join_pieces(vm, &prefix, &pieces, &["=", ", "], ")")
}

fn reduce(vm: &Vm, value: &Value) -> PyResult<Value> {
    let class = value.class(vm);
    let def = def_of(vm, class)?;
    let tuple = this::<PyTuple>(vm, value)?;
    let dict = PyDict::new(vm);
    for (index, field) in def.fields.iter().enumerate().skip(def.visible) {
        let hidden = field_value(vm, value, index)?;
        dict.set_str(vm, &vm.intern_str(field.0), hidden);
    }
    let items = PyTuple::from_slice(vm, tuple.as_slice()).into_value();
    let state = vm.new_tuple(vec![items, dict.into_value()]);
    Ok(vm.new_tuple(vec![class.to_value(), state]))
}

/// Whether an object is an instance of a struct sequence.
pub fn is_struct_sequence(vm: &Vm, object: &Object) -> bool {
    def_of(vm, object.class()).is_ok()
}

/// Defines a struct sequence: a static `StructSeqDef`. `flags` are added to those every struct sequence has.
#[macro_export]
macro_rules! structseq {
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $python:literal, doc: $doc:expr, visible: $visible:expr, flags: $flags:expr,
     fields: [$($field:expr),* $(,)?]) => {
        $(#[$attribute])*
        $visibility static $name: $crate::types::structseq::StructSeqDef = {
            const FIELDS: &[$crate::types::structseq::Field] = &[$($field),*];
            const NAMED: usize = $crate::types::structseq::named(FIELDS);
            static ROWS: [$crate::object::GetSetDef; NAMED] = $crate::types::structseq::rows::<NAMED>(FIELDS);
            static MEMBERS: $crate::object::Table = $crate::object::Table {
                methods: &[],
                getsets: &ROWS,
                consts: &[],
                fill_slots: |_| {},
            };
            $crate::types::structseq::StructSeqDef {
                def: $crate::object::TypeDef {
                    name: $python,
                    doc: Some($doc),
                    text_signature: Some("(iterable=(), /)"),
                    base: Some(<$crate::types::tuple::value::PyTuple as $crate::object::Payload>::def),
                    layout_base: Some(<$crate::types::tuple::value::PyTuple as $crate::object::Payload>::def),
                    flags: $crate::types::structseq::FLAGS | $flags,
                    payload_size: size_of::<$crate::types::tuple::value::PyTuple>(),
                    drop_payload: $crate::types::structseq::drop_items,
                    traverse: Some($crate::types::structseq::visit_items),
                    clear: None,
                    tables: &[&$crate::types::structseq::TABLE, &MEMBERS],
                    index: $crate::object::TypeIndex::new(),
                },
                fields: FIELDS,
                visible: $visible,
            }
        };
    };
}

/// Flags of every struct sequence. Instances have the managed head for the fields that are no items.
pub const FLAGS: u32 = crate::object::type_flag::GC
    | crate::object::type_flag::MANAGED
    | crate::object::type_flag::VARSIZE
    | crate::object::type_flag::SEQUENCE
    | crate::object::type_flag::TUPLE_SUBCLASS
    | crate::object::type_flag::IMMUTABLE;

#[cfg(test)]
mod tests;
