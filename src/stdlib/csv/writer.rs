//! The writer.

use super::dialect::PyDialect;
use super::error;
use derive::{Traverse, pymethods, pytype};
use vm::context::errors::ExcKind;
use vm::context::{PyResult, Vm};
use vm::object::{PyRef, Value};
use vm::protocol::{call, iter, number, repr};
use vm::types::str::value::PyStr;

/// CSV writer
#[pytype(name = "_csv.writer", flags(GC, DISALLOW_INSTANTIATION), tables(TABLE))]
#[derive(Traverse)]
pub struct PyWriter {
    write: Value,
    dialect: PyRef<PyDialect>,
}

impl PyWriter {
    pub(super) fn over(write: Value, dialect: PyRef<PyDialect>) -> PyWriter {
        PyWriter { write, dialect }
    }

    /// Appends a field's text, quoted and escaped as needed.
    fn append(&self, vm: &Vm, out: &mut Vec<u32>, text: &[u32], quoted: bool) -> PyResult<()> {
        let dialect = &*self.dialect;
        let mut quoted = quoted;
        let mut body = Vec::with_capacity(text.len());
        for &c in text {
            let special = c == dialect.delimiter
                || Some(c) == dialect.escapechar
                || Some(c) == dialect.quotechar
                || c == u32::from('\n')
                || c == u32::from('\r')
                || dialect.lineterminator.chars().any(|t| t == c);
            if special {
                let mut escape = false;
                if dialect.quoting == 3 {
                    escape = true;
                } else {
                    if Some(c) == dialect.quotechar {
                        if dialect.doublequote {
                            body.push(c);
                        } else {
                            escape = true;
                        }
                    } else if Some(c) == dialect.escapechar {
                        escape = true;
                    }
                    if !escape {
                        quoted = true;
                    }
                }
                if escape {
                    let Some(escapechar) = dialect.escapechar else {
                        return Err(error(vm, "need to escape, but no escapechar set"));
                    };
                    body.push(escapechar);
                }
            }
            body.push(c);
        }
        let quote = dialect.quotechar.filter(|_| quoted);
        out.extend(quote);
        out.extend(body);
        out.extend(quote);
        Ok(())
    }

    fn row_text(&self, vm: &Vm, row: &Value) -> PyResult<PyRef<PyStr>> {
        let dialect = &*self.dialect;
        let fields = match iter::get_iter(vm, row) {
            Ok(fields) => fields,
            Err(failure) if failure.is(vm, ExcKind::TypeError) => {
                let class = row.class(vm).tp_name();
                return Err(error(vm, &format!("iterable expected, not {class}")));
            }
            Err(failure) => return Err(failure),
        };
        let mut out: Vec<u32> = Vec::new();
        let mut count = 0;
        while let Some(field) = iter::next(vm, &fields)? {
            if count > 0 {
                out.push(dialect.delimiter);
            }
            count += 1;
            let quoted = match dialect.quoting {
                2 => !number::is_number(vm, &field),
                1 => true,
                _ => false,
            };
            let text = match field.downcast_ref::<PyStr>() {
                Some(text) => text.to_ref(),
                None if field.is_none() => vm.empty_str(),
                None => repr::str(vm, &field)?,
            };
            let text: Vec<u32> = text.chars().collect();
            self.append(vm, &mut out, &text, quoted)?;
        }
        if count > 0 && out.is_empty() {
            if dialect.quoting == 3 {
                let text = "single empty field record must be quoted";
                return Err(error(vm, text));
            }
            let quote = dialect.quotechar;
            out.extend(quote);
            out.extend(quote);
        }
        out.extend(dialect.lineterminator.chars());
        Ok(PyStr::from_chars(vm, &out))
    }
}

#[pymethods]
impl PyWriter {
    /// Construct and write a CSV record from an iterable of fields.
    #[pymethod(sig = "writerow($self, row, /)", no_text_signature)]
    fn writerow(&self, vm: &Vm, row: &Value) -> PyResult<Value> {
        let text = self.row_text(vm, row)?;
        call::call1(vm, &self.write, &text.as_value())
    }

    /// Construct and write a series of iterables to a csv file.
    #[pymethod(sig = "writerows($self, rows, /)", no_text_signature)]
    fn writerows(&self, vm: &Vm, rows: &Value) -> PyResult<()> {
        let rows = iter::get_iter(vm, rows)?;
        while let Some(row) = iter::next(vm, &rows)? {
            self.writerow(vm, &row)?;
        }
        Ok(())
    }

    #[pygetset]
    fn dialect(&self) -> Value {
        self.dialect.to_value()
    }
}
