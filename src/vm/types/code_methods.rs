//! Attributes and methods of code objects, making them from parts, comparing them.
//!
//! Code made by a program is verified like code of a pyc, before it runs for the first time: what the verifier refuses raises ValueError,
//! where CPython would run it and may crash.
//!
//! CPython 3.11: `Objects/codeobject.c`.

use super::code::{Check, CodeBody, LazyBody, PyCode};
use crate::context::{PyResult, Vm};
use crate::object::{
    Args, Binding, CompareOp, MethodDef, NativeFn, Py, PyCell, PyRef, PyType, Table, Value,
};
use crate::protocol::{compare, convert_int, iter, repr};
use crate::types::bytes::value::PyBytes;
use crate::types::native::{self, getter, member, unsigned};
use crate::types::set::table::PyFrozenSet;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use bytecode::verify::{ConstKind, Verifiable, Verifier};
use bytecode::{LocalKind, Opcode};
use std::cell::Cell;

/// What the type does.
pub static TABLE: Table = Table {
    methods: &[
        unsigned(native::no_args("__sizeof__", "", sizeof)),
        unsigned(native::no_args("co_lines", "", lines)),
        unsigned(native::no_args("co_positions", "", positions)),
        MethodDef {
            name: "replace",
            doc: Some("Return a copy of the code object with new values for the specified fields."),
            text_signature: Some("($self, /, **changes)"),
            binding: Binding::Instance,
            function: NativeFn::FastKw(replace),
        },
        MethodDef {
            name: "_varname_from_oparg",
            doc: Some("(internal-only) Return the local variable name for the given oparg."),
            text_signature: Some("($self, /, oparg)"),
            binding: Binding::Instance,
            function: NativeFn::FastKw(varname_from_oparg),
        },
    ],
    getsets: &[
        member("co_argcount", None, |vm, this| {
            number(vm, this, |code| code.argcount)
        }),
        member("co_posonlyargcount", None, |vm, this| {
            number(vm, this, |code| code.posonlyargcount)
        }),
        member("co_kwonlyargcount", None, |vm, this| {
            number(vm, this, |code| code.kwonlyargcount)
        }),
        member("co_stacksize", None, |vm, this| {
            number(vm, this, |code| code.stacksize)
        }),
        member("co_flags", None, |vm, this| {
            number(vm, this, |code| code.flags)
        }),
        member("co_nlocals", None, |vm, this| {
            number(vm, this, |code| code.nlocals)
        }),
        member("co_consts", None, |vm, this| {
            Ok(code(vm, this)?.consts.to_value())
        }),
        member("co_names", None, |vm, this| {
            Ok(code(vm, this)?.names.to_value())
        }),
        member("co_filename", None, |vm, this| {
            Ok(code(vm, this)?.filename.get().into_value())
        }),
        member("co_name", None, |vm, this| {
            Ok(code(vm, this)?.name.to_value())
        }),
        member("co_qualname", None, |vm, this| {
            Ok(code(vm, this)?.qualname.to_value())
        }),
        member("co_firstlineno", None, |vm, this| {
            Ok(vm.new_int(code(vm, this)?.firstlineno.into()))
        }),
        member("co_linetable", None, |vm, this| {
            Ok(code(vm, this)?.linetable.to_value())
        }),
        member("co_exceptiontable", None, |vm, this| {
            Ok(code(vm, this)?.exceptiontable.to_value())
        }),
        getter("co_lnotab", None, lnotab),
        getter("_co_code_adaptive", None, adaptive),
        getter("co_varnames", None, |vm, this| {
            Ok(names_of(vm, code(vm, this)?, LocalKind::LOCAL).into_value())
        }),
        getter("co_cellvars", None, |vm, this| {
            Ok(names_of(vm, code(vm, this)?, LocalKind::CELL).into_value())
        }),
        getter("co_freevars", None, |vm, this| {
            Ok(names_of(vm, code(vm, this)?, LocalKind::FREE).into_value())
        }),
        getter("co_code", None, |vm, this| {
            Ok(code(vm, this)?.code.to_value())
        }),
    ],
    consts: &[],
    fill_slots: |slots| {
        slots.new.set(Some(new));
        slots.repr.set(Some(repr_slot));
        slots.hash.set(Some(hash));
        slots.richcompare.set(Some(richcompare));
    },
};

fn code<'a>(vm: &Vm, value: &'a Value) -> PyResult<&'a Py<PyCode>> {
    native::this(vm, value)
}

fn number(vm: &Vm, this: &Value, get: fn(&PyCode) -> u32) -> PyResult<Value> {
    Ok(vm.new_int(i64::from(get(code(vm, this)?))))
}

/// Names of localsplus of one kind.
fn names_of(vm: &Vm, code: &PyCode, kind: u8) -> PyRef<PyTuple> {
    let names = code
        .localsplusnames
        .as_slice()
        .iter()
        .zip(code.localspluskinds.as_slice());
    let names = names
        .filter(|(_, own)| **own & kind != 0)
        .map(|(name, _)| name.clone());
    PyTuple::new(vm, names.collect())
}

fn list_iterator(vm: &Vm, items: Vec<Value>) -> PyResult<Value> {
    iter::get_iter(vm, &vm.new_list(items))
}

fn lines(vm: &Vm, this: &Value) -> PyResult<Value> {
    let code = code(vm, this)?;
    let items =
        bytecode::locations::lines(code.linetable.as_slice(), code.firstlineno).map(|range| {
            let line = if range.line < 0 {
                Value::None
            } else {
                vm.new_int(range.line.into())
            };
            vm.new_tuple(vec![
                vm.new_int(range.start.into()),
                vm.new_int(range.end.into()),
                line,
            ])
        });
    list_iterator(vm, items.collect())
}

fn positions(vm: &Vm, this: &Value) -> PyResult<Value> {
    let code = code(vm, this)?;
    let number = |n: i32| {
        if n < 0 {
            Value::None
        } else {
            vm.new_int(n.into())
        }
    };
    let items =
        bytecode::locations::positions(code.linetable.as_slice(), code.firstlineno).map(|place| {
            vm.new_tuple(vec![
                number(place.line),
                number(place.end_line),
                number(place.column),
                number(place.end_column),
            ])
        });
    list_iterator(vm, items.collect())
}

/// The line table in the form of Python 3.9 (`decode_linetable`).
fn lnotab(vm: &Vm, this: &Value) -> PyResult<Value> {
    let code = code(vm, this)?;
    let mut table = Vec::new();
    let (mut offset, mut line) = (0_u32, code.firstlineno);
    for range in bytecode::locations::lines(code.linetable.as_slice(), code.firstlineno) {
        if range.computed_line == line {
            continue;
        }
        let (mut bytes, mut lines) = (range.start - offset, range.computed_line.wrapping_sub(line));
        while bytes > 255 {
            table.extend_from_slice(&[255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&lines) {
            let step = if lines < 0 { -128 } else { 127 };
            table.extend_from_slice(&[bytes as u8, step as u8]);
            lines -= step;
            bytes = 0;
        }
        table.extend_from_slice(&[bytes as u8, lines as u8]);
        (offset, line) = (range.start, range.computed_line);
    }
    Ok(PyBytes::new(vm, &table).into_value())
}

fn adaptive(vm: &Vm, this: &Value) -> PyResult<Value> {
    let code = code(vm, this)?;
    let bytes = code.quickened.with(|units| match units {
        Some(units) => shown_units(units, vm.specialise.get()),
        None => code.code.as_slice().to_vec(),
    });
    Ok(PyBytes::new(vm, &bytes).into_value())
}

/// The quickened copy with the instructions that CPython would have there: it does not specialise FOR_ITER, but marks warm code.
fn shown_units(units: &[u16], specialise: bool) -> Vec<u8> {
    let mut shown = units.to_vec();
    let mut index = 0;
    while let Some(unit) = shown.get_mut(index) {
        let opcode = Opcode::from_u8(*unit as u8);
        let other = match opcode {
            Some(Opcode::RESUME | Opcode::RESUME_TWIN) if specialise => Some(Opcode::RESUME_QUICK),
            Some(opcode) if opcode.family() == Opcode::FOR_ITER => Some(Opcode::FOR_ITER),
            _ => None,
        };
        if let Some(other) = other {
            *unit = *unit & 0xff00 | other as u16;
        }
        index += 1 + opcode.map_or(0, Opcode::cache_units);
    }
    shown.into_iter().flat_map(u16::to_le_bytes).collect()
}

fn sizeof(vm: &Vm, this: &Value) -> PyResult<Value> {
    Ok(vm.new_usize(176 + code(vm, this)?.code.len()))
}

fn repr_slot(vm: &Vm, this: &Value) -> PyResult<Value> {
    let code = code(vm, this)?;
    let line = if code.firstlineno == 0 {
        -1
    } else {
        code.firstlineno
    };
    let address = repr::address(this);
    let (filename, line) = (code.filename.get(), format!("\", line {line}>"));
    let parts = [
        "<code object ".into(),
        (&code.name).into(),
        " at ".into(),
        (&*address).into(),
        ", file \"".into(),
        (&filename).into(),
        (&*line).into(),
    ];
    Ok(crate::protocol::text::concat(vm, &parts).into_value())
}

fn hash(vm: &Vm, this: &Value) -> PyResult<i64> {
    let code = code(vm, this)?;
    let mut hash = code.name.hash();
    for tuple in [&code.consts, &code.names, &code.localsplusnames] {
        hash ^= vm.hash(&tuple.as_value())?;
    }
    for bytes in [&code.linetable, &code.exceptiontable] {
        hash ^= bytes.hash_bytes();
    }
    hash ^= i64::from(code.argcount ^ code.posonlyargcount ^ code.kwonlyargcount ^ code.flags);
    Ok(if hash == -1 { -2 } else { hash })
}

fn richcompare(vm: &Vm, this: &Value, other: &Value, op: CompareOp) -> PyResult<Value> {
    let (Some(a), Some(b)) = (
        this.downcast_ref::<PyCode>(),
        other.downcast_ref::<PyCode>(),
    ) else {
        return Ok(Value::NotImplemented);
    };
    match op {
        CompareOp::Eq => Ok(Value::bool(equal(vm, a, b)?)),
        CompareOp::Ne => Ok(Value::bool(!equal(vm, a, b)?)),
        _ => Ok(Value::NotImplemented),
    }
}

fn equal(vm: &Vm, a: &Py<PyCode>, b: &Py<PyCode>) -> PyResult<bool> {
    let counts = |code: &PyCode| {
        [
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.flags,
        ]
    };
    let same = a.name.equals(&b.name)
        && counts(a) == counts(b)
        && a.firstlineno == b.firstlineno
        && a.code.as_slice() == b.code.as_slice()
        && a.linetable.as_slice() == b.linetable.as_slice()
        && a.exceptiontable.as_slice() == b.exceptiontable.as_slice();
    Ok(same
        && same_constant(vm, &a.consts.as_value(), &b.consts.as_value())?
        && compare::eq(vm, &a.names.as_value(), &b.names.as_value())?
        && compare::eq(
            vm,
            &a.localsplusnames.as_value(),
            &b.localsplusnames.as_value(),
        )?)
}

/// Whether two constants are the same: of one type and equal, zeros with one sign (`_PyCode_ConstantKey`).
fn same_constant(vm: &Vm, a: &Value, b: &Value) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if !a.class(vm).is(b.class(vm)) {
        return Ok(false);
    }
    let _guard = vm.enter_recursive(" in comparison")?;
    if let (Some(x), Some(y)) = (a.as_float(), b.as_float()) {
        return Ok(x == y && x.is_sign_negative() == y.is_sign_negative());
    }
    if let (Some(x), Some(y)) = (a.as_complex(), b.as_complex()) {
        let signs =
            |real: f64, imaginary: f64| (real.is_sign_negative(), imaginary.is_sign_negative());
        return Ok(x.real == y.real
            && x.imag == y.imag
            && signs(x.real, x.imag) == signs(y.real, y.imag));
    }
    if let (Some(x), Some(y)) = (a.downcast_ref::<PyTuple>(), b.downcast_ref::<PyTuple>()) {
        if x.len() != y.len() {
            return Ok(false);
        }
        for (x, y) in x.as_slice().iter().zip(y.as_slice()) {
            if !same_constant(vm, x, y)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let simple = a.as_int().is_some()
        || a.downcast_ref::<PyStr>().is_some()
        || a.downcast_ref::<PyBytes>().is_some()
        || a.downcast_ref::<PyCode>().is_some()
        || a.downcast_ref::<PyFrozenSet>().is_some();
    if simple {
        compare::eq(vm, a, b)
    } else {
        Ok(false)
    }
}

fn varname_from_oparg(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<Value> {
    let [oparg] = native::bind(vm, "_varname_from_oparg", &args, ["oparg"], 1, 1)?;
    let index = convert_int::to_isize(vm, oparg.unwrap_or(&Value::None))?;
    let names = code(vm, this)?.localsplusnames.clone();
    match usize::try_from(index)
        .ok()
        .and_then(|index| names.as_slice().get(index))
    {
        Some(name) => Ok(name.clone()),
        None => Err(vm.index_error("tuple index out of range")),
    }
}

/// The parts of a code object as `code()` takes them.
struct Parts {
    counts: [i32; 6],
    code: PyRef<PyBytes>,
    consts: PyRef<PyTuple>,
    names: PyRef<PyTuple>,
    varnames: PyRef<PyTuple>,
    filename: PyRef<PyStr>,
    name: PyRef<PyStr>,
    qualname: PyRef<PyStr>,
    firstlineno: i32,
    linetable: PyRef<PyBytes>,
    exceptiontable: PyRef<PyBytes>,
    freevars: PyRef<PyTuple>,
    cellvars: PyRef<PyTuple>,
}

const COUNTS: [&str; 6] = [
    "argcount",
    "posonlyargcount",
    "kwonlyargcount",
    "nlocals",
    "stacksize",
    "flags",
];

/// Constants with the strings that look like names interned (`intern_string_constants`); the tuple itself when none had to be.
fn intern_constants(vm: &Vm, constants: &Py<PyTuple>) -> PyResult<PyRef<PyTuple>> {
    let _guard = vm.enter_recursive(" while making a code object")?;
    let mut changed = false;
    let mut interned = Vec::with_capacity(constants.len());
    for constant in constants.as_slice() {
        let new = if let Some(text) = constant.downcast_exact::<PyStr>(vm) {
            let is_name_char =
                |c: u32| c < 128 && (c as u8 == b'_' || (c as u8).is_ascii_alphanumeric());
            if text.is_interned() || !text.chars().all(is_name_char) {
                constant.clone()
            } else {
                vm.intern(text.to_ref()).into_value()
            }
        } else if let Some(tuple) = constant.downcast_exact::<PyTuple>(vm) {
            intern_constants(vm, tuple)?.into_value()
        } else {
            constant.clone()
        };
        changed |= !new.is(constant);
        interned.push(new);
    }
    Ok(if changed {
        PyTuple::new(vm, interned)
    } else {
        constants.to_ref()
    })
}

/// Names as a tuple of interned strings.
fn name_tuple(vm: &Vm, names: &Py<PyTuple>) -> PyResult<PyRef<PyTuple>> {
    let is_interned = |name: &Value| {
        name.downcast_exact::<PyStr>(vm)
            .is_some_and(|name| name.is_interned())
    };
    if names.as_slice().iter().all(is_interned) {
        return Ok(names.to_ref());
    }
    let mut interned = Vec::with_capacity(names.len());
    for name in names.as_slice() {
        match name.downcast_ref::<PyStr>() {
            Some(name) => interned.push(vm.intern(name.to_ref()).into_value()),
            None => {
                return Err(vm.type_error(format!(
                    "name tuples must contain only strings, not '{}'",
                    name.class(vm).tp_name()
                )));
            }
        }
    }
    Ok(PyTuple::new(vm, interned))
}

impl Parts {
    /// Checks and builds (`PyCode_NewWithPosOnlyArgs`).
    fn build(self, vm: &Vm) -> PyResult<Value> {
        let (varnames, freevars) = (
            name_tuple(vm, &self.varnames)?,
            name_tuple(vm, &self.freevars)?,
        );
        let cellvars = name_tuple(vm, &self.cellvars)?;
        let [
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
        ] = self.counts.map(|n| n.max(0) as u32);
        if nlocals as usize != varnames.len() {
            return Err(vm.value_error("code: co_nlocals != len(co_varnames)"));
        }
        if self.code.as_slice().len() % 2 != 0 {
            return Err(vm.value_error("code: co_code is malformed"));
        }
        let varargs = bytecode::CodeFlags::VARARGS | bytecode::CodeFlags::VARKEYWORDS;
        let parameters = argcount + kwonlyargcount + (flags & varargs).count_ones();
        if parameters > nlocals {
            return Err(vm.value_error("code: co_varnames is too small"));
        }
        let (mut localsplus, mut kinds) = (
            varnames.as_slice().to_vec(),
            vec![LocalKind::LOCAL; varnames.len()],
        );
        for cell in cellvars.as_slice() {
            // A parameter that is a cell has one slot for both.
            match varnames.as_slice().iter().position(|name| name.is(cell)) {
                Some(index) => kinds[index] |= LocalKind::CELL,
                None => {
                    localsplus.push(cell.clone());
                    kinds.push(LocalKind::CELL);
                }
            }
        }
        localsplus.extend_from_slice(freevars.as_slice());
        kinds.extend(freevars.as_slice().iter().map(|_| LocalKind::FREE));
        let payload = PyCode {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            firstlineno: self.firstlineno,
            nlocalsplus: kinds.len() as u32,
            nlocals,
            ncellvars: cellvars.len() as u32,
            nfreevars: freevars.len() as u32,
            name: self.name,
            qualname: self.qualname,
            body: LazyBody::from(CodeBody {
                code: self.code,
                consts: intern_constants(vm, &self.consts)?,
                names: name_tuple(vm, &self.names)?,
                localsplusnames: PyTuple::new(vm, localsplus),
                localspluskinds: PyBytes::fresh(vm, &kinds),
                filename: PyCell::new(self.filename),
                linetable: super::code::kept_columns(vm, self.linetable),
                exceptiontable: self.exceptiontable,
            }),
            quickened: PyCell::new(None),
            quickened_start: Cell::new(std::ptr::null()),
            check: Cell::new(Check::Pending),
        };
        match Verifier::verify_frame(&payload) {
            Ok(()) => Ok(payload.into_object(vm).into_value()),
            Err(error) => Err(vm.value_error(error.to_string())),
        }
    }
}

impl Verifiable for PyCode {
    fn code(&self) -> &[u8] {
        self.code.as_slice()
    }
    fn exceptiontable(&self) -> &[u8] {
        self.exceptiontable.as_slice()
    }
    fn stacksize(&self) -> u32 {
        self.stacksize
    }
    fn flags(&self) -> u32 {
        self.flags
    }
    fn argcounts(&self) -> [u32; 3] {
        [self.argcount, self.posonlyargcount, self.kwonlyargcount]
    }
    fn consts_len(&self) -> usize {
        self.consts.len()
    }
    fn names_len(&self) -> usize {
        self.names.len()
    }
    fn localspluskinds(&self) -> &[u8] {
        self.localspluskinds.as_slice()
    }
    fn const_kind(&self, index: usize) -> ConstKind {
        let Some(constant) = self.consts.as_slice().get(index) else {
            return ConstKind::Other;
        };
        if let Some(code) = constant.downcast_ref::<PyCode>() {
            return ConstKind::Code {
                freevars: code.nfreevars,
            };
        }
        match constant.downcast_ref::<PyTuple>() {
            Some(tuple)
                if tuple
                    .as_slice()
                    .iter()
                    .all(|item| item.downcast_ref::<PyStr>().is_some()) =>
            {
                ConstKind::Names(tuple.len() as u32)
            }
            Some(tuple) => ConstKind::Tuple(tuple.len() as u32),
            None => ConstKind::Other,
        }
    }
}

fn wrong(vm: &Vm, place: usize, what: &str, value: &Value) -> crate::context::PyErr {
    vm.type_error(format!(
        "code() argument {} must be {what}, not {}",
        place + 1,
        value.class(vm).tp_name()
    ))
}

fn tuple_arg(vm: &Vm, args: &[Value], place: usize) -> PyResult<PyRef<PyTuple>> {
    match args.get(place) {
        None => Ok(vm.empty_tuple()),
        Some(value) => value
            .downcast_ref::<PyTuple>()
            .map(Py::to_ref)
            .ok_or_else(|| wrong(vm, place, "tuple", value)),
    }
}

fn str_arg(vm: &Vm, args: &[Value], place: usize) -> PyResult<PyRef<PyStr>> {
    let value = &args[place];
    value
        .downcast_ref::<PyStr>()
        .map(Py::to_ref)
        .ok_or_else(|| wrong(vm, place, "str", value))
}

fn bytes_arg(vm: &Vm, args: &[Value], place: usize) -> PyResult<PyRef<PyBytes>> {
    let value = &args[place];
    value
        .downcast_ref::<PyBytes>()
        .map(Py::to_ref)
        .ok_or_else(|| wrong(vm, place, "bytes", value))
}

fn new(vm: &Vm, _class: &Py<PyType>, args: Args<'_>) -> PyResult<Value> {
    native::no_keywords(vm, "code", &args)?;
    let args = args.positional();
    native::arity(vm, "code", args.len(), 16, 18)?;
    let mut counts = [0; 6];
    for (place, count) in counts.iter_mut().enumerate() {
        *count = convert_int::to_i32(vm, &args[place])?;
        if *count < 0 && place < 4 {
            return Err(vm.value_error(format!("code: {} must not be negative", COUNTS[place])));
        }
    }
    if counts[4] < 0 || counts[5] < 0 || counts[0] < counts[1] {
        return Err(vm.system_error("bad argument to internal function"));
    }
    Parts {
        counts,
        code: bytes_arg(vm, args, 6)?,
        consts: tuple_arg(vm, args, 7)?,
        names: tuple_arg(vm, args, 8)?,
        varnames: tuple_arg(vm, args, 9)?,
        filename: str_arg(vm, args, 10)?,
        name: str_arg(vm, args, 11)?,
        qualname: str_arg(vm, args, 12)?,
        firstlineno: convert_int::to_i32(vm, &args[13])?,
        linetable: bytes_arg(vm, args, 14)?,
        exceptiontable: bytes_arg(vm, args, 15)?,
        freevars: tuple_arg(vm, args, 16)?,
        cellvars: tuple_arg(vm, args, 17)?,
    }
    .build(vm)
}

fn replace(vm: &Vm, this: &Value, args: Args<'_>) -> PyResult<Value> {
    let code = code(vm, this)?;
    if !args.positional().is_empty() {
        return Err(vm.type_error(format!(
            "replace() takes 0 positional arguments but {} was given",
            args.positional().len() + 1
        )));
    }
    let mut parts = Parts {
        counts: [
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.nlocals,
            code.stacksize,
            code.flags,
        ]
        .map(|n| n as i32),
        code: code.code.clone(),
        consts: code.consts.clone(),
        names: code.names.clone(),
        varnames: names_of(vm, code, LocalKind::LOCAL),
        filename: code.filename.get(),
        name: code.name.clone(),
        qualname: code.qualname.clone(),
        firstlineno: code.firstlineno,
        linetable: code.linetable.clone(),
        exceptiontable: code.exceptiontable.clone(),
        freevars: names_of(vm, code, LocalKind::FREE),
        cellvars: names_of(vm, code, LocalKind::CELL),
    };
    for (name, value) in args.keywords() {
        parts.change(vm, &native::keyword_text(name), value)?;
    }
    parts.build(vm)
}

impl Parts {
    fn change(&mut self, vm: &Vm, name: &str, value: &Value) -> PyResult<()> {
        let wrong = |what: &str| {
            vm.type_error(format!(
                "replace() argument '{name}' must be {what}, not {}",
                value.class(vm).tp_name()
            ))
        };
        let tuple = || {
            value
                .downcast_ref::<PyTuple>()
                .map(Py::to_ref)
                .ok_or_else(|| wrong("tuple"))
        };
        let text = || {
            value
                .downcast_ref::<PyStr>()
                .map(Py::to_ref)
                .ok_or_else(|| wrong("str"))
        };
        let bytes = || {
            value
                .downcast_ref::<PyBytes>()
                .map(Py::to_ref)
                .ok_or_else(|| wrong("bytes"))
        };
        let count = || {
            let n = convert_int::to_i32(vm, value)?;
            if n < 0 {
                Err(vm.value_error(format!("{name} must be a positive integer")))
            } else {
                Ok(n)
            }
        };
        if let Some(place) = name
            .strip_prefix("co_")
            .and_then(|name| COUNTS.iter().position(|known| *known == name))
        {
            self.counts[place] = count()?;
            return Ok(());
        }
        match name {
            "co_firstlineno" => self.firstlineno = count()?,
            "co_code" => self.code = bytes()?,
            "co_consts" => self.consts = tuple()?,
            "co_names" => self.names = tuple()?,
            "co_varnames" => self.varnames = tuple()?,
            "co_freevars" => self.freevars = tuple()?,
            "co_cellvars" => self.cellvars = tuple()?,
            "co_filename" => self.filename = text()?,
            "co_name" => self.name = text()?,
            "co_qualname" => self.qualname = text()?,
            "co_linetable" => self.linetable = bytes()?,
            "co_exceptiontable" => self.exceptiontable = bytes()?,
            _ => {
                return Err(vm.type_error(format!(
                    "'{name}' is an invalid keyword argument for replace()"
                )));
            }
        }
        Ok(())
    }
}
