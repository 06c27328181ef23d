//! `traceback`: where an exception passed, one object for each frame.
//!
//! CPython 3.11: `Python/traceback.c`.

use crate::context::{PyErr, PyResult, Vm};
use crate::native_type;
use crate::object::{
    Args, Binding, GetSetDef, MethodDef, NativeFn, Py, PyCell, PyRef, PyType, Table, Value,
    type_flag,
};
use crate::protocol::{attr, convert_int};
use crate::types::code::PyCode;
use crate::types::object_::PyBaseObject;
use crate::types::str::value::PyStr;
use std::cell::Cell;

/// Payload of tracebacks.
pub struct PyTraceback {
    /// `tb_next`: the frame called by this one.
    pub next: PyCell<Option<Value>>,
    /// `tb_frame`
    pub frame: Value,
    /// `tb_lasti`: offset of the instruction in bytes.
    pub lasti: i32,
    /// `tb_lineno`; -1 while it has not been worked out from `tb_lasti`.
    pub lineno: Cell<i32>,
}

native_type!(PyTraceback, "traceback", base: PyBaseObject,
    flags: type_flag::GC | type_flag::IMMUTABLE,
    doc: Some("Create a new traceback object."), signature: Some("(tb_next, tb_frame, tb_lasti, tb_lineno)"),
    traverse: Some(crate::traverse_payload!(PyTraceback, |this, visit| {
        this.next.with(|next| next.iter().for_each(&mut *visit));
        visit(&this.frame);
    })),
    clear: Some(|_, value| {
        if let Some(traceback) = value.downcast_ref::<PyTraceback>() {
            traceback.next.set(None);
        }
    }),
    tables: [TABLE]);

impl PyTraceback {
    /// A traceback entry for a frame.
    pub fn new(
        vm: &Vm,
        next: Option<Value>,
        frame: Value,
        lasti: i32,
        lineno: i32,
    ) -> PyRef<PyTraceback> {
        PyRef::new(
            vm,
            PyTraceback {
                next: PyCell::new(next),
                frame,
                lasti,
                lineno: Cell::new(lineno),
            },
        )
    }
}

/// Notes that an exception leaves a frame (`PyTraceBack_Here`).
pub fn here(vm: &Vm, error: &PyErr, frame: Value, lasti: i32, lineno: i32) {
    let exception = error.exception();
    let next = exception.traceback.take();
    let entry = PyTraceback::new(vm, next, frame, lasti, lineno);
    exception.traceback.set(Some(entry.into_value()));
}

fn this<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyTraceback>> {
    value
        .downcast_ref()
        .ok_or_else(|| vm.type_error("a traceback was expected"))
}

const fn getset(
    name: &'static str,
    member: bool,
    get: fn(&Vm, &Value) -> PyResult<Value>,
    set: Option<fn(&Vm, &Value, Option<Value>) -> PyResult<()>>,
) -> GetSetDef {
    GetSetDef {
        name,
        doc: None,
        get: Some(get),
        set,
        member,
    }
}

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[MethodDef {
        name: "__dir__",
        doc: None,
        text_signature: None,
        binding: Binding::Instance,
        function: NativeFn::NoArgs(dir),
    }],
    getsets: &[
        getset(
            "tb_frame",
            true,
            |vm, value| Ok(this(vm, value)?.frame.clone()),
            None,
        ),
        getset(
            "tb_lasti",
            true,
            |vm, value| Ok(vm.new_int(this(vm, value)?.lasti.into())),
            None,
        ),
        getset(
            "tb_next",
            false,
            |vm, value| Ok(this(vm, value)?.next.get().unwrap_or(Value::None)),
            Some(set_next),
        ),
        getset("tb_lineno", false, get_lineno, None),
    ],
    consts: &[],
    fill_slots: |slots| slots.new.set(Some(new)),
};

fn dir(vm: &Vm, _this: &Value) -> PyResult<Value> {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    Ok(vm.new_list(names.iter().map(|name| vm.new_str(name)).collect()))
}

/// `tb_lineno`, worked out from the frame's code on first use; `None` when the instruction has no line.
pub fn line_number(vm: &Vm, traceback: &Py<PyTraceback>) -> PyResult<Option<i32>> {
    if traceback.lineno.get() < 0
        && let Some(code) = attr::get_opt(vm, &traceback.frame, &vm.intern_str("f_code"))?
        && let Some(code) = code.downcast_ref::<PyCode>()
        && let Some(line) = code.line_of(traceback.lasti)
    {
        traceback.lineno.set(line);
    }
    let line = traceback.lineno.get();
    Ok((line >= 0).then_some(line))
}

fn get_lineno(vm: &Vm, value: &Value) -> PyResult<Value> {
    Ok(match line_number(vm, this(vm, value)?)? {
        Some(line) => vm.new_int(line.into()),
        None => Value::None,
    })
}

fn set_next(vm: &Vm, value: &Value, next: Option<Value>) -> PyResult<()> {
    let traceback = this(vm, value)?;
    let Some(next) = next else {
        return Err(vm.type_error("can't delete tb_next attribute"));
    };
    let next = next.non_none();
    if let Some(next) = &next {
        let mut place = match next.downcast_ref::<PyTraceback>() {
            Some(_) => Some(next.clone()),
            None => {
                return Err(vm.type_error(format!(
                    "expected traceback object, got '{}'",
                    next.class(vm).tp_name()
                )));
            }
        };
        while let Some(entry) = place {
            if entry.is(value) {
                return Err(vm.value_error("traceback loop detected"));
            }
            place = entry
                .downcast_ref::<PyTraceback>()
                .and_then(|entry| entry.next.get());
        }
    }
    traceback.next.set(next);
    Ok(())
}

fn new(vm: &Vm, class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    let _ = class;
    let names = ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"];
    let given = args.all_values().len();
    if given > 4 {
        return Err(vm.type_error(format!(
            "traceback() takes at most 4 arguments ({given} given)"
        )));
    }
    let mut values: [Option<Value>; 4] = [const { None }; 4];
    for (place, value) in args.positional().iter().enumerate() {
        values[place] = Some(value.clone());
    }
    for (key, value) in args.keywords() {
        let name = key.downcast_ref::<PyStr>();
        let place = names
            .iter()
            .position(|known| name.is_some_and(|name| name.equals_str(known)));
        let Some(place) = place else {
            return Err(vm.type_error(format!(
                "'{}' is an invalid keyword argument for traceback()",
                name.map_or_else(|| "?".into(), |name| name.to_string_lossy())
            )));
        };
        values[place] = Some(value.clone());
    }
    for (place, name) in names.iter().enumerate() {
        if values[place].is_none() {
            return Err(vm.type_error(format!(
                "traceback() missing required argument '{name}' (pos {})",
                place + 1
            )));
        }
    }
    let [next, frame, lasti, lineno] = values.map(|value| value.unwrap_or(Value::None));
    if frame.class(vm).name_str() != "frame" {
        return Err(vm.type_error(format!(
            "traceback() argument 'tb_frame' must be frame, not {}",
            frame.class(vm).tp_name()
        )));
    }
    let lasti = convert_int::to_i32(vm, &lasti)?;
    let lineno = convert_int::to_i32(vm, &lineno)?;
    let next = next.non_none();
    if let Some(next) = &next
        && next.downcast_ref::<PyTraceback>().is_none()
    {
        return Err(vm.type_error(format!(
            "expected traceback object or None, got '{}'",
            next.class(vm).tp_name()
        )));
    }
    Ok(PyTraceback::new(vm, next, frame, lasti, lineno).into_value())
}
