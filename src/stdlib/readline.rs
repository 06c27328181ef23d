//! `readline`: history and completion of the lines that a user edits.
//!
//! The editor is the `pyrs` command's (`src/pyrs/cli/editor.rs`), and `vm::modules::console` what both share. DIFFERS: init files and key
//! bindings are read over, hooks are kept and not called.
//!
//! CPython 3.11: `Modules/readline.c`.

pub use readline_module::DEF;

/// Importing this module enables command line editing using GNU readline.
#[derive::pymodule(name = "readline", needs_os)]
mod readline_module {
    use std::cell::Cell;
    use std::rc::Rc;
    use vm::context::{PyResult, Vm};
    use vm::modules::console::{Console, DELIMITERS};
    use vm::object::{Py, Value};
    use vm::protocol::call;
    use vm::protocol::fs::path_bytes;
    use vm::types::str::value::PyStr;

    /// The longest history that is written; negative for any.
    struct Length(Cell<i32>);

    impl Default for Length {
        fn default() -> Length {
            Length(Cell::new(-1))
        }
    }

    fn console(vm: &Vm) -> Rc<Console> {
        vm.state.get::<Console>()
    }

    fn changed(vm: &Vm) {
        console(vm).history_changed.set(true);
    }

    fn text(line: &Py<PyStr>) -> String {
        line.to_string_lossy().into_owned()
    }

    /// The file of that name, or the usual one in the home directory.
    fn file_name(vm: &Vm, filename: Option<&Value>, usual: &str) -> PyResult<Vec<u8>> {
        match filename.filter(|name| !name.is_none()) {
            Some(name) => path_bytes(vm, name),
            None => {
                let environ = vm.host().environ();
                let home = environ.into_iter().find(|(name, _)| name == b"HOME");
                let home = home.map_or_else(|| b".".to_vec(), |(_, home)| home);
                Ok([&home, b"/".as_slice(), usual.as_bytes()].concat())
            }
        }
    }

    /// Writes lines to a file, from its start or behind what is there.
    fn write_lines(vm: &Vm, path: &[u8], lines: &[String], appends: bool) -> PyResult<()> {
        use std::io::Write;
        use std::os::unix::ffi::OsStrExt;
        let path = std::path::Path::new(std::ffi::OsStr::from_bytes(path));
        let mut options = std::fs::OpenOptions::new();
        if appends {
            options.append(true);
        } else {
            options.write(true).create(true).truncate(true);
        }
        let mut body = lines.join("\n");
        if !body.is_empty() {
            body.push('\n');
        }
        options
            .open(path)
            .and_then(|mut file| file.write_all(body.as_bytes()))
            .map_err(|error| vm.os_error(error.raw_os_error().unwrap_or(libc::EIO), None))
    }

    /// Writes a file's last lines only, if that was asked for.
    fn cut(vm: &Vm, lines: &[String]) -> Vec<String> {
        let longest = usize::try_from(vm.state.get::<Length>().0.get());
        let skipped = longest.map_or(0, |longest| lines.len().saturating_sub(longest));
        lines.iter().skip(skipped).cloned().collect()
    }

    /// Execute the init line provided in the string argument.
    #[pyfunction(sig = "parse_and_bind($module, string, /)")]
    fn parse_and_bind(string: &Py<PyStr>) {
        let _ = string;
    }

    /// Execute a readline initialization file.
    ///
    /// The default filename is the last filename used.
    #[pyfunction(sig = "read_init_file($module, filename=None, /)")]
    fn read_init_file(vm: &Vm, filename: Option<&Value>) -> PyResult<()> {
        let path = file_name(vm, filename, ".inputrc")?;
        let stat = vm.host().stat(&path, true);
        stat.map(drop).map_err(|errno| vm.os_error(errno, None))
    }

    /// Load a readline history file.
    ///
    /// The default filename is ~/.history.
    #[pyfunction(sig = "read_history_file($module, filename=None, /)")]
    fn read_history_file(vm: &Vm, filename: Option<&Value>) -> PyResult<()> {
        let path = file_name(vm, filename, ".history")?;
        let bytes = vm::context::host::read_file(&*vm.host(), &path)
            .map_err(|errno| vm.os_error(errno, None))?;
        let body = String::from_utf8_lossy(&bytes);
        let lines = body.lines().map(str::to_owned);
        console(vm).history.borrow_mut().extend(lines);
        changed(vm);
        Ok(())
    }

    /// Save a readline history file.
    ///
    /// The default filename is ~/.history.
    #[pyfunction(sig = "write_history_file($module, filename=None, /)")]
    fn write_history_file(vm: &Vm, filename: Option<&Value>) -> PyResult<()> {
        let path = file_name(vm, filename, ".history")?;
        let lines = cut(vm, &console(vm).history.borrow());
        write_lines(vm, &path, &lines, false)
    }

    /// Append the last nelements items of the history list to file.
    ///
    /// The default filename is ~/.history.
    #[pyfunction(sig = "append_history_file($module, nelements, filename=None, /)")]
    fn append_history_file(vm: &Vm, nelements: i32, filename: Option<&Value>) -> PyResult<()> {
        let path = file_name(vm, filename, ".history")?;
        let count = usize::try_from(nelements).unwrap_or(0);
        let console = console(vm);
        let history = console.history.borrow();
        let last = history.get(history.len().saturating_sub(count)..);
        write_lines(vm, &path, last.unwrap_or_default(), true)
    }

    /// Set the maximal number of lines which will be written to the history file.
    ///
    /// A negative length is used to inhibit history truncation.
    #[pyfunction(sig = "set_history_length($module, length, /)")]
    fn set_history_length(vm: &Vm, length: i32) {
        vm.state.get::<Length>().0.set(length);
    }

    /// Return the maximum number of lines that will be written to the history file.
    #[pyfunction(sig = "get_history_length($module, /)")]
    fn get_history_length(vm: &Vm) -> i32 {
        vm.state.get::<Length>().0.get()
    }

    /// Return the current (not the maximum) length of history.
    #[pyfunction(sig = "get_current_history_length($module, /)")]
    fn get_current_history_length(vm: &Vm) -> usize {
        console(vm).history.borrow().len()
    }

    /// Return the current contents of history item at one-based index.
    #[pyfunction(sig = "get_history_item($module, index, /)")]
    fn get_history_item(vm: &Vm, index: i32) -> Value {
        let place = usize::try_from(index).ok().and_then(|n| n.checked_sub(1));
        let console = console(vm);
        let history = console.history.borrow();
        let line = place.and_then(|place| history.get(place));
        line.map_or(Value::None, |line| vm.new_str(line))
    }

    fn item_place(vm: &Vm, pos: i32) -> PyResult<usize> {
        let place = usize::try_from(pos)
            .map_err(|_| vm.value_error("History index cannot be negative"))?;
        if place < console(vm).history.borrow().len() {
            Ok(place)
        } else {
            Err(vm.value_error(format!("No history item at position {pos}")))
        }
    }

    /// Remove history item given by its zero-based position.
    #[pyfunction(sig = "remove_history_item($module, pos, /)")]
    fn remove_history_item(vm: &Vm, pos: i32) -> PyResult<()> {
        let place = item_place(vm, pos)?;
        console(vm).history.borrow_mut().remove(place);
        changed(vm);
        Ok(())
    }

    /// Replaces history item given by its position with contents of line.
    ///
    /// pos is zero-based.
    #[pyfunction(sig = "replace_history_item($module, pos, line, /)")]
    fn replace_history_item(vm: &Vm, pos: i32, line: &Py<PyStr>) -> PyResult<()> {
        let place = item_place(vm, pos)?;
        if let Some(slot) = console(vm).history.borrow_mut().get_mut(place) {
            *slot = text(line);
        }
        changed(vm);
        Ok(())
    }

    /// Add an item to the history buffer.
    #[pyfunction(sig = "add_history($module, string, /)")]
    fn add_history(vm: &Vm, string: &Py<PyStr>) {
        console(vm).history.borrow_mut().push(text(string));
        changed(vm);
    }

    /// Enables or disables automatic history.
    #[pyfunction(sig = "set_auto_history($module, enabled, /)")]
    fn set_auto_history(vm: &Vm, enabled: bool) {
        console(vm).no_auto_history.set(!enabled);
    }

    /// Clear the current readline history.
    #[pyfunction(sig = "clear_history($module, /)")]
    fn clear_history(vm: &Vm) {
        console(vm).history.borrow_mut().clear();
        changed(vm);
    }

    /// Set or remove the completer function.
    ///
    /// The function is called as function(text, state),
    /// for state in 0, 1, 2, ..., until it returns a non-string.
    /// It should return the next possible completion starting with 'text'.
    #[pyfunction(sig = "set_completer($module, function=None, /)")]
    fn set_completer(vm: &Vm, function: Option<&Value>) -> PyResult<()> {
        let function = hook(vm, function, "set_completer(func)")?;
        console(vm).completer.replace(function);
        Ok(())
    }

    /// Get the current completer function.
    #[pyfunction(sig = "get_completer($module, /)")]
    fn get_completer(vm: &Vm) -> Value {
        let completer = console(vm).completer.borrow().clone();
        completer.unwrap_or(Value::None)
    }

    fn hook(vm: &Vm, function: Option<&Value>, name: &str) -> PyResult<Option<Value>> {
        match function.filter(|function| !function.is_none()) {
            Some(function) if !call::is_callable(vm, function) => {
                Err(vm.type_error(format!("{name}: argument not callable")))
            }
            function => Ok(function.cloned()),
        }
    }

    /// Set or remove the function invoked by the rl_startup_hook callback.
    ///
    /// The function is called with no arguments just
    /// before readline prints the first prompt.
    #[pyfunction(sig = "set_startup_hook($module, function=None, /)")]
    fn set_startup_hook(vm: &Vm, function: Option<&Value>) -> PyResult<()> {
        hook(vm, function, "set_startup_hook(func)").map(drop)
    }

    /// Set or remove the function invoked by the rl_pre_input_hook callback.
    ///
    /// The function is called with no arguments after the first prompt
    /// has been printed and just before readline starts reading input
    /// characters.
    #[pyfunction(sig = "set_pre_input_hook($module, function=None, /)")]
    fn set_pre_input_hook(vm: &Vm, function: Option<&Value>) -> PyResult<()> {
        hook(vm, function, "set_pre_input_hook(func)").map(drop)
    }

    /// Set or remove the completion display function.
    ///
    /// The function is called as
    ///   function(substitution, [matches], longest_match_length)
    /// once each time matches need to be displayed.
    #[pyfunction(sig = "set_completion_display_matches_hook($module, function=None, /)")]
    fn set_completion_display_matches_hook(vm: &Vm, function: Option<&Value>) -> PyResult<()> {
        hook(vm, function, "set_completion_display_matches_hook(func)").map(drop)
    }

    /// Set the word delimiters for completion.
    #[pyfunction(sig = "set_completer_delims($module, string, /)")]
    fn set_completer_delims(vm: &Vm, string: &Py<PyStr>) {
        console(vm).delimiters.replace(Some(text(string)));
    }

    /// Get the word delimiters for completion.
    #[pyfunction(sig = "get_completer_delims($module, /)")]
    fn get_completer_delims(vm: &Vm) -> String {
        let delimiters = console(vm).delimiters.borrow().clone();
        delimiters.unwrap_or_else(|| DELIMITERS.to_owned())
    }

    /// Get the type of completion being attempted.
    #[pyfunction(sig = "get_completion_type($module, /)")]
    fn get_completion_type() -> i32 {
        0
    }

    /// Get the beginning index of the completion scope.
    #[pyfunction(sig = "get_begidx($module, /)")]
    fn get_begidx(vm: &Vm) -> usize {
        console(vm).completion.borrow().start
    }

    /// Get the ending index of the completion scope.
    #[pyfunction(sig = "get_endidx($module, /)")]
    fn get_endidx(vm: &Vm) -> usize {
        console(vm).completion.borrow().end
    }

    /// Return the current contents of the line buffer.
    #[pyfunction(sig = "get_line_buffer($module, /)")]
    fn get_line_buffer(vm: &Vm) -> String {
        console(vm).completion.borrow().line.clone()
    }

    /// Insert text into the line buffer at the cursor position.
    #[pyfunction(sig = "insert_text($module, string, /)")]
    fn insert_text(vm: &Vm, string: &Py<PyStr>) {
        console(vm).inserted.borrow_mut().push_str(&text(string));
    }

    /// Change what's displayed on the screen to reflect contents of the line buffer.
    #[pyfunction(sig = "redisplay($module, /)")]
    fn redisplay() {}
}
