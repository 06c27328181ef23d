//! Tests of what the macros of `derive` expand to: tables, calling conventions, binding.

use crate::context::{PyResult, Vm};
use crate::object::{
    Args, CompareOp, NativeFn, Payload, Py, PyCell, PyRef, PyType, Traverse, Value, type_flag,
};
use crate::types::str::value::PyStr;
use derive::{Traverse, pymethods, pymodule, pytype};

/// A thing to count with.
///
/// Second paragraph.
#[pytype(
    name = "sample.Counter",
    flags(BASETYPE, GC, HAS_DICT),
    sig = "Counter(start=0, /)",
    tables(TABLE, MORE)
)]
#[derive(Traverse)]
struct Counter {
    count: std::cell::Cell<i64>,
    seen: PyCell<Vec<Value>>,
    #[pytraverse(skip)]
    #[expect(dead_code, reason = "shows that a field can be skipped")]
    private: std::process::ExitCode,
}

#[pymethods]
impl Counter {
    /// Add to the count.
    ///
    ///   indented
    #[pymethod(sig = "add($self, amount, /)")]
    fn add_amount(&self, amount: i64) {
        self.count.set(self.count.get() + amount);
    }

    /// No argument.
    #[pymethod(sig = "value($self, /)")]
    fn value(&self) -> i64 {
        self.count.get()
    }

    #[pymethod(sig = "pop($self, index=-1, /)")]
    fn pop(zelf: &Py<Self>, vm: &Vm, index: isize) -> PyResult<Value> {
        let len = zelf.seen.with(Vec::len) as isize;
        let place = usize::try_from(if index < 0 { index + len } else { index });
        match place.ok().filter(|&place| place < len as usize) {
            Some(place) => Ok(zelf.seen.with_mut(|seen| seen.remove(place))),
            None => Err(vm.index_error("pop from empty counter")),
        }
    }

    #[pymethod(sig = "split($self, /, sep=None, maxsplit=-1)")]
    fn split(zelf: &Value, sep: Option<&Py<PyStr>>, maxsplit: isize) -> (Value, Value, Value) {
        let sep = sep.map_or(Value::None, Py::to_value);
        (
            zelf.clone(),
            sep,
            Value::small_int_unchecked(maxsplit as i64),
        )
    }

    #[pymethod(sig = "extend($self, /, *args, **kwargs)")]
    fn extend(&self, args: Args<'_>) -> usize {
        args.all_values().len()
    }

    #[pymethod(sig = "update($self, first, /, *args, key=None)")]
    fn update(&self, first: &Value, args: &[Value], key: &Value) -> bool {
        first.is(key) && args.is_empty()
    }

    #[pymethod(sig = "pick(key, default=<unrepresentable>, /)", no_text_signature)]
    fn pick<'a>(&self, key: &'a Value, default: Option<&'a Value>) -> Option<&'a Value> {
        default.or(Some(key))
    }

    #[pyclassmethod(sig = "make($type, start=5, *, name='x')")]
    fn make(
        cls: &Py<PyType>,
        start: u8,
        #[default(String::from("x"))] name: String,
    ) -> PyResult<String> {
        Ok(format!("{}{start}{name}", cls.name_str()))
    }

    #[pystaticmethod(sig = "free(x, /)")]
    fn free(vm: &Vm, x: f64) -> Value {
        vm.new_float(x * 2.0)
    }

    #[pystaticmethod(sig = "old(x, y=0, /)", family = "tuple")]
    fn old(x: i32, y: i32) -> i32 {
        x + y
    }

    #[pymethod]
    fn __reduce__(&self) -> &'static str {
        "reduced"
    }

    #[pymethod]
    fn raw(&self, args: Args<'_>) -> usize {
        args.kw_len()
    }

    /// The count.
    #[pygetset]
    fn count(&self) -> i64 {
        self.count.get()
    }

    #[pygetset(setter)]
    fn set_count(&self, value: i64) {
        self.count.set(value);
    }

    #[pygetset(name = "last")]
    fn get_last(zelf: &Py<Self>) -> Option<Value> {
        zelf.seen.with(|seen| seen.last().cloned())
    }

    #[pygetset(setter, name = "last")]
    fn put_last(zelf: &Py<Self>, vm: &Vm, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => zelf.seen.with_mut(|seen| seen.push(value)),
            None => return Err(vm.type_error("no")),
        }
        Ok(())
    }

    #[pymember]
    fn step(&self) -> i64 {
        1
    }

    #[pyconst]
    const LIMIT: i64 = 7;

    #[pyconst(name = "label")]
    fn label(vm: &Vm) -> Value {
        vm.new_str("label")
    }
}

#[pymethods(table = MORE)]
impl Counter {
    #[pyslot]
    fn repr(&self) -> String {
        format!("Counter({})", self.count.get())
    }

    #[pyslot]
    fn add(zelf: &Py<Self>, vm: &Vm, other: &Py<Self>) -> Value {
        vm.new_int(zelf.count.get() + other.count.get())
    }

    #[pyslot]
    fn richcompare(&self, other: &Py<Self>, op: CompareOp) -> bool {
        op.holds(self.count.get().cmp(&other.count.get()))
    }

    #[pyslot]
    fn sq_length(&self) -> usize {
        self.count.get() as usize
    }

    #[pyslot]
    fn sq_contains(zelf: &Value, item: &Value) -> PyResult<bool> {
        Ok(zelf.is(item))
    }

    #[pyslot]
    fn hash(&self) -> i64 {
        self.count.get()
    }

    #[pyslot]
    fn iternext(zelf: &Py<Self>) -> Option<Value> {
        zelf.seen.with_mut(Vec::pop)
    }

    #[pyslot(sig = "Counter(start=0, /)")]
    fn slot_new(cls: &Py<PyType>, vm: &Vm, start: i64) -> Value {
        let _ = (cls, vm);
        PyRef::new(
            vm,
            Counter {
                count: start.into(),
                seen: PyCell::default(),
                private: std::process::ExitCode::SUCCESS,
            },
        )
        .into_value()
    }

    #[pyslot]
    fn slot_init(_zelf: &Value, _args: Args<'_>) {}

    #[pyslot(sig = "call(a, b=None, *, c)")]
    fn slot_call(&self, vm: &Vm, a: &Value, b: Option<&Value>, c: bool) -> Value {
        vm.new_tuple(vec![a.clone(), Value::bool(b.is_some()), Value::bool(c)])
    }

    #[pyslot]
    fn setattro(zelf: &Value, name: &Py<PyStr>, value: Option<Value>) -> PyResult<()> {
        let _ = (zelf, name, value);
        Ok(())
    }

    #[pyslot]
    fn finalize(&self) {}
}

/// A part of the sample module.
#[pymodule]
mod sample_part {
    /// Twice.
    #[pyfunction(sig = "twice($module, x, /)")]
    fn twice(x: i64) -> i64 {
        x * 2
    }
}

/// A sample module.
#[pymodule(name = "sample", types(super::Counter), parts(super::sample_part))]
mod sample {
    use crate::context::{PyResult, Vm};
    use crate::object::Value;

    #[pyattr]
    const ANSWER: i64 = 42;

    #[pyattr]
    fn pi(vm: &Vm) -> Value {
        vm.new_float(3.0)
    }

    /// With the module.
    #[pyfunction(sig = "whole($module, x, y=None, /)")]
    fn whole(module: &Value, vm: &Vm, x: f64, y: Option<f64>) -> PyResult<f64> {
        if module.is_null() {
            Err(vm.type_error("no module"))
        } else {
            Ok(x + y.unwrap_or(0.0))
        }
    }

    #[pyfunction(sig = "isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> bool {
        (a - b).abs() <= abs_tol.max(rel_tol * a.abs().max(b.abs()))
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let _ = (vm, module);
        Ok(())
    }
}

fn convention(name: &str) -> (&'static str, Option<&'static str>) {
    let def = TABLE
        .methods
        .iter()
        .find(|def| def.name == name)
        .expect("a method of that name");
    let convention = match def.function {
        NativeFn::NoArgs(_) => "NoArgs",
        NativeFn::O(_) => "O",
        NativeFn::Fast(_) => "Fast",
        NativeFn::FastKw(_) => "FastKw",
    };
    (convention, def.text_signature)
}

#[test]
fn calling_conventions_follow_from_signatures() {
    assert_eq!(convention("value"), ("NoArgs", Some("($self, /)")));
    assert_eq!(convention("add"), ("O", Some("($self, amount, /)")));
    assert_eq!(convention("pop"), ("Fast", Some("($self, index=-1, /)")));
    assert_eq!(
        convention("split"),
        ("FastKw", Some("($self, /, sep=None, maxsplit=-1)"))
    );
    assert_eq!(convention("pick"), ("Fast", None));
    assert_eq!(convention("old"), ("Fast", Some("(x, y=0, /)")));
    assert_eq!(convention("__reduce__"), ("NoArgs", None));
    assert_eq!(convention("raw"), ("FastKw", None));
}

#[test]
fn tables_hold_docs_getsets_and_constants() {
    let add = &TABLE.methods[0];
    assert_eq!(add.doc, Some("Add to the count.\n\n  indented"));
    let names: Vec<_> = TABLE
        .getsets
        .iter()
        .map(|def| (def.name, def.get.is_some(), def.set.is_some(), def.member))
        .collect();
    assert_eq!(
        names,
        [
            ("count", true, true, false),
            ("last", true, true, false),
            ("step", true, false, true)
        ]
    );
    assert_eq!(TABLE.getsets[0].doc, Some("The count."));
    let consts: Vec<_> = TABLE.consts.iter().map(|def| def.name).collect();
    assert_eq!(consts, ["LIMIT", "label"]);
}

#[test]
fn definition_of_a_type() {
    let def = Counter::def();
    assert_eq!(
        (def.name, def.text_signature),
        ("sample.Counter", Some("(start=0, /)"))
    );
    assert_eq!(def.doc, Some("A thing to count with.\n\nSecond paragraph."));
    let implied = type_flag::BASETYPE
        | type_flag::GC
        | type_flag::HAS_DICT
        | type_flag::MANAGED
        | type_flag::IMMUTABLE;
    assert_eq!(def.flags, implied);
    assert!(def.traverse.is_some() && def.clear.is_none() && def.tables.len() == 2);
}

#[test]
fn traverse_visits_fields() {
    let counter = Counter {
        count: 0.into(),
        seen: PyCell::new(vec![Value::True, Value::None]),
        private: std::process::ExitCode::SUCCESS,
    };
    let mut seen = 0;
    counter.traverse(&mut |_| seen += 1);
    assert_eq!(seen, 2);
}

#[test]
fn modules_join_their_parts() {
    let names: Vec<_> = sample::DEF.functions.iter().map(|def| def.name).collect();
    assert_eq!(names, ["whole", "isclose", "twice"]);
    assert_eq!(
        (sample::DEF.name, sample::DEF.doc),
        ("sample", Some("A sample module."))
    );
    assert_eq!(sample::DEF.types.len(), 1);
}
