//! `_csv.Dialect`: the options of a format, checked.

use super::{dialects, error};
use derive::{Traverse, pymethods, pytype};
use vm::context::{PyResult, Vm};
use vm::object::{Args, Py, PyRef, PyType, Value, alloc};
use vm::protocol::{attr, truth};
use vm::types::str::value::PyStr;

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// How fields are separated and quoted.
#[pytype(name = "_csv.Dialect", flags(BASETYPE), tables(TABLE))]
#[derive(Traverse, Clone)]
pub struct PyDialect {
    #[pytraverse(skip)]
    pub(super) delimiter: u32,
    #[pytraverse(skip)]
    pub(super) doublequote: bool,
    #[pytraverse(skip)]
    pub(super) escapechar: Option<u32>,
    pub(super) lineterminator: PyRef<PyStr>,
    #[pytraverse(skip)]
    pub(super) quotechar: Option<u32>,
    #[pytraverse(skip)]
    pub(super) quoting: i64,
    #[pytraverse(skip)]
    pub(super) skipinitialspace: bool,
    #[pytraverse(skip)]
    pub(super) strict: bool,
}

fn character(
    vm: &Vm,
    name: &str,
    value: &Option<Value>,
    default: Option<u32>,
    optional: bool,
) -> PyResult<Option<u32>> {
    let Some(value) = value else {
        return Ok(default);
    };
    if optional && value.is_none() {
        return Ok(None);
    }
    let Some(text) = value.downcast_ref::<PyStr>() else {
        let or_none = if optional { " or None" } else { "" };
        return Err(vm.type_error(format!(
            "\"{name}\" must be string{or_none}, not {}",
            value.class(vm).tp_name()
        )));
    };
    if text.len() != 1 {
        return Err(vm.type_error(format!("\"{name}\" must be a 1-character string")));
    }
    Ok(text.char_at(0))
}

fn truth(vm: &Vm, value: &Option<Value>, default: bool) -> PyResult<bool> {
    value
        .as_ref()
        .map_or(Ok(default), |value| truth::is_true(vm, value))
}

impl PyDialect {
    /// The dialect that a `dialect` argument and keywords describe.
    pub(super) fn from_args(
        vm: &Vm,
        given: Option<&Value>,
        args: &Args<'_>,
    ) -> PyResult<PyRef<PyDialect>> {
        if args.kw_len() == 0
            && let Some(known) = given.and_then(|given| given.downcast_ref::<PyDialect>())
        {
            return Ok(known.to_ref());
        }
        let dialect = PyDialect::build(vm, given, args)?;
        Ok(PyRef::new(vm, dialect))
    }

    fn build(vm: &Vm, given: Option<&Value>, args: &Args<'_>) -> PyResult<PyDialect> {
        let mut values: [Option<Value>; 8] = Default::default();
        let mut base = given.filter(|given| !given.is_none()).cloned();
        for (name, value) in args.keywords() {
            let text = name.downcast_ref::<PyStr>().map(|name| name.to_string_lossy());
            let text = text.unwrap_or_default();
            match NAMES.iter().position(|known| *known == text) {
                Some(place) => values[place] = Some(value.clone()),
                None if text == "dialect" => base = Some(value.clone()),
                None => {
                    return Err(vm.type_error(format!(
                        "'{text}' is an invalid keyword argument for this function"
                    )));
                }
            }
        }
        if let Some(base) = base {
            let base = if base.downcast_ref::<PyStr>().is_some() {
                let known = dialects(vm).get(vm, &base)?;
                known.ok_or_else(|| error(vm, "unknown dialect"))?
            } else {
                base
            };
            for (value, name) in values.iter_mut().zip(NAMES) {
                if value.is_none() {
                    *value = attr::get_opt(vm, &base, &vm.intern_str(name))?;
                }
            }
        }
        PyDialect::checked(vm, &values)
    }

    fn checked(vm: &Vm, values: &[Option<Value>; 8]) -> PyResult<PyDialect> {
        let [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skip, strict] =
            values;
        let found = character(vm, "delimiter", delimiter, Some(u32::from(',')), false)?;
        let Some(delimiter) = found else {
            return Err(vm.type_error("\"delimiter\" must be a 1-character string"));
        };
        let escapechar = character(vm, "escapechar", escapechar, None, true)?;
        let no_quote = quotechar.as_ref().is_some_and(Value::is_none);
        let quotechar = character(vm, "quotechar", quotechar, Some(u32::from('"')), true)?;
        let lineterminator = match lineterminator {
            None => vm.intern_str("\r\n"),
            Some(text) => text.clone().downcast::<PyStr>().map_err(|text| {
                let class = text.class(vm).tp_name();
                vm.type_error(format!("\"lineterminator\" must be a string, not {class}"))
            })?,
        };
        let implied = if no_quote && quoting.is_none() { 3 } else { 0 };
        let quoting = match quoting {
            None => implied,
            Some(value) => match value.as_small_int() {
                None => return Err(vm.type_error("\"quoting\" must be an integer")),
                Some(n @ 0..=3) => n,
                Some(_) => return Err(vm.type_error("bad \"quoting\" value")),
            },
        };
        if quoting != 3 && quotechar.is_none() {
            return Err(vm.type_error("quotechar must be set if quoting enabled"));
        }
        Ok(PyDialect {
            delimiter,
            doublequote: truth(vm, doublequote, true)?,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace: truth(vm, skip, false)?,
            strict: truth(vm, strict, false)?,
        })
    }
}

#[pymethods]
impl PyDialect {
    #[pyslot]
    fn new(cls: &Py<PyType>, vm: &Vm, args: Args<'_>) -> PyResult<Value> {
        let dialect = PyDialect::build(vm, args.positional().first(), &args)?;
        Ok(alloc::new_object(cls, dialect).into_value())
    }

    #[pygetset]
    fn delimiter(&self, vm: &Vm) -> Value {
        PyStr::from_char(vm, self.delimiter).into_value()
    }

    #[pygetset]
    fn doublequote(&self) -> bool {
        self.doublequote
    }

    #[pygetset]
    fn escapechar(&self, vm: &Vm) -> Value {
        self.escapechar
            .map_or(Value::None, |c| PyStr::from_char(vm, c).into_value())
    }

    #[pygetset]
    fn lineterminator(&self) -> Value {
        self.lineterminator.to_value()
    }

    #[pygetset]
    fn quotechar(&self, vm: &Vm) -> Value {
        self.quotechar
            .map_or(Value::None, |c| PyStr::from_char(vm, c).into_value())
    }

    #[pygetset]
    fn quoting(&self) -> i64 {
        self.quoting
    }

    #[pygetset]
    fn skipinitialspace(&self) -> bool {
        self.skipinitialspace
    }

    #[pygetset]
    fn strict(&self) -> bool {
        self.strict
    }
}
