//! `_symtable`: the compiler's symbol tables as objects.
//!
//! CPython 3.11: `Modules/symtablemodule.c`, `PySTEntry_Type` in `Python/symtable.c`.

use crate::context::{PyResult, Vm};
use crate::object::{PyRef, Value};
use crate::types::dict::value::PyDict;
use compiler::symtable::{ScopeId, Symtable};

/// A block of a symbol table.
#[derive::pytype(name = "symtable entry", flags(GC), tables(TABLE))]
#[derive(derive::Traverse)]
pub struct PyEntry {
    id: Value,
    name: Value,
    symbols: Value,
    varnames: Value,
    children: Value,
    #[pytraverse(skip)]
    nested: bool,
    #[pytraverse(skip)]
    kind: i64,
    #[pytraverse(skip)]
    lineno: i64,
}

#[derive::pymethods]
impl PyEntry {
    #[pyslot]
    fn repr(&self, vm: &Vm) -> PyResult<Value> {
        let name = crate::protocol::repr::str_text(vm, &self.name)?;
        let id = crate::protocol::repr::str_text(vm, &self.id)?;
        let lineno = self.lineno;
        Ok(vm.new_str(&format!("<symtable entry {name}({id}), line {lineno}>")))
    }

    #[pymember]
    fn id(&self) -> Value {
        self.id.clone()
    }

    #[pymember]
    fn name(&self) -> Value {
        self.name.clone()
    }

    #[pymember]
    fn symbols(&self) -> Value {
        self.symbols.clone()
    }

    #[pymember]
    fn varnames(&self) -> Value {
        self.varnames.clone()
    }

    #[pymember]
    fn children(&self) -> Value {
        self.children.clone()
    }

    #[pymember]
    fn nested(&self) -> i64 {
        i64::from(self.nested)
    }

    #[pymember(name = "type")]
    fn kind(&self) -> i64 {
        self.kind
    }

    #[pymember]
    fn lineno(&self) -> i64 {
        self.lineno
    }
}

/// A block with those in it.
pub fn entry(vm: &Vm, table: &Symtable, id: ScopeId) -> PyResult<Value> {
    let _guard = vm.enter_recursive(" while making symbol tables")?;
    let scope = table.scope(id);
    let symbols = PyDict::new(vm);
    for (name, flags) in &scope.symbols {
        symbols.set_str(vm, &vm.intern_str(name), vm.new_int((*flags).into()));
    }
    let varnames = scope.varnames.iter();
    let varnames = varnames.map(|name| vm.intern_str(name).into_value());
    let mut children = Vec::with_capacity(scope.children.len());
    for child in &scope.children {
        children.push(entry(vm, table, *child)?);
    }
    let address = std::ptr::from_ref(scope).addr();
    let payload = PyEntry {
        id: vm.new_usize(address),
        name: vm.intern_str(&scope.name).into_value(),
        symbols: symbols.into_value(),
        varnames: vm.new_list(varnames.collect()),
        children: vm.new_list(children),
        nested: scope.nested,
        kind: scope.kind as i64,
        lineno: scope.span.lineno.into(),
    };
    Ok(PyRef::new(vm, payload).into_value())
}

/// The module.
#[derive::pymodule(name = "_symtable", types())]
pub mod module {
    use crate::context::thread::CompileRequest;
    use crate::context::{PyResult, Vm};
    use crate::modules::builtins::code_eval::source_bytes;
    use crate::object::Value;
    use crate::types::module::PyModule;

    /// Return symbol and scope dictionaries used internally by compiler.
    #[pyfunction(sig = "symtable($module, source, filename, startstr, /)")]
    fn symtable(
        vm: &Vm,
        source: &Value,
        filename: &Value,
        startstr: std::borrow::Cow<'_, str>,
    ) -> PyResult<Value> {
        let filename = crate::runtime::paths::fs_text(vm, filename)?;
        let (source, is_str) = source_bytes(vm, source, "symtable", "string or bytes")?;
        if !matches!(&*startstr, "exec" | "eval" | "single") {
            return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
        }
        let request = CompileRequest {
            source: &source,
            is_str,
            filename: &filename,
            mode: &startstr,
            // What a str means, its cookie does not say.
            flags: if is_str {
                compiler::PYCF_IGNORE_COOKIE
            } else {
                0
            },
            optimize: -1,
        };
        crate::runtime::compile::symbol_table(vm, &request)
    }

    fn exec(vm: &Vm, module: &Value) -> PyResult<()> {
        let Some(module) = module.downcast_ref::<PyModule>() else {
            return Err(vm.type_error("a module is needed"));
        };
        let dict = module.dict(vm);
        for (name, value) in super::CONSTANTS {
            dict.set_str(vm, &vm.intern_str(name), vm.new_int(*value));
        }
        Ok(())
    }
}

const CONSTANTS: &[(&str, i64)] = &[
    ("USE", 16),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 8),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_FREE", 32),
    ("DEF_FREE_CLASS", 64),
    ("DEF_IMPORT", 128),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 256),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", 11),
    ("SCOPE_MASK", 15),
];
