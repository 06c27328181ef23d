//! Imports.
//!
//! CPython 3.11: `compiler_import`, `compiler_import_as`, `compiler_from_import` in `Python/compile.c`.

use super::{Compiler, Done};
use crate::ast::{Alias, Constant, ExprContext, Identifier, Stmt};
use crate::future::LATE;
use bytecode::Opcode;
use std::rc::Rc;

impl<'a> Compiler<'a> {
    pub(super) fn import(&mut self, names: &'a [Alias]) -> Done {
        for alias in names {
            self.load_int(0);
            self.load_none();
            self.op_name(Opcode::IMPORT_NAME, &alias.name);
            match &alias.asname {
                Some(asname) => self.import_as(&alias.name, asname)?,
                None => match alias.name.split_once('.') {
                    Some((first, _)) => self.name_op(&Rc::from(first), ExprContext::Store)?,
                    None => self.name_op(&alias.name, ExprContext::Store)?,
                },
            }
        }
        Ok(())
    }

    /// Binds `a.b.c` on the stack: from the package on top, fetch one part after the other.
    fn import_as(&mut self, name: &Identifier, asname: &Identifier) -> Done {
        let mut parts = name.split('.').skip(1).peekable();
        if parts.peek().is_none() {
            return self.name_op(asname, ExprContext::Store);
        }
        while let Some(part) = parts.next() {
            let (index, _) = self.unit.names.insert_full(Rc::from(part));
            self.op_i(Opcode::IMPORT_FROM, index);
            if parts.peek().is_some() {
                self.op_i(Opcode::SWAP, 2);
                self.op(Opcode::POP_TOP);
            }
        }
        self.name_op(asname, ExprContext::Store)?;
        self.op(Opcode::POP_TOP);
        Ok(())
    }

    pub(super) fn import_from(
        &mut self,
        stmt: &'a Stmt,
        module: Option<&'a Identifier>,
        names: &'a [Alias],
        level: Option<i32>,
    ) -> Done {
        self.load_int(i64::from(level.unwrap_or(0)));
        let items: Vec<Constant> = names
            .iter()
            .map(|alias| self.cache.name_constant(&alias.name))
            .collect();
        if stmt.span.lineno > self.settings.future.lineno
            && module.is_some_and(|module| &**module == "__future__")
        {
            return Err(self.error(LATE));
        }
        self.load_const(&Constant::Tuple(items.into()));
        match module {
            Some(module) => self.op_name(Opcode::IMPORT_NAME, module),
            None => self.op_name(Opcode::IMPORT_NAME, &Rc::from("")),
        }
        for (i, alias) in names.iter().enumerate() {
            if i == 0 && alias.name.starts_with('*') {
                self.op(Opcode::IMPORT_STAR);
                return Ok(());
            }
            self.op_name(Opcode::IMPORT_FROM, &alias.name);
            let target = alias.asname.as_ref().unwrap_or(&alias.name);
            self.name_op(target, ExprContext::Store)?;
        }
        self.op(Opcode::POP_TOP);
        Ok(())
    }
}
