//! The interactive prompt on a terminal: what stands on the screen after a conversation is what CPython 3.11 with GNU readline leaves there.
//!
//! The expected screens were recorded from CPython 3.11.7.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A terminal's screen: lines of characters, and where the cursor is.
#[derive(Default)]
struct Screen {
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
    /// A control sequence that is not complete yet.
    pending: String,
}

impl Screen {
    fn show(&mut self, text: &str) {
        for c in text.chars() {
            self.put(c);
        }
    }

    fn line(&mut self) -> &mut Vec<char> {
        let row = self.row;
        if self.rows.len() <= row {
            self.rows.resize(row + 1, Vec::new());
        }
        &mut self.rows[row]
    }

    fn put(&mut self, c: char) {
        if c == '\x1b' || !self.pending.is_empty() {
            self.pending.push(c);
            if self.pending.len() > 2 && c.is_ascii_alphabetic() {
                let sequence = std::mem::take(&mut self.pending);
                self.control(&sequence);
            }
            return;
        }
        match c {
            '\r' => self.column = 0,
            '\n' => self.row += 1,
            '\x08' => self.column = self.column.saturating_sub(1),
            '\t' => self.column = (self.column / 8 + 1) * 8,
            c if c.is_control() => {}
            c => {
                let column = self.column;
                let line = self.line();
                if line.len() <= column {
                    line.resize(column + 1, ' ');
                }
                line[column] = c;
                self.column += 1;
            }
        }
    }

    fn control(&mut self, sequence: &str) {
        let count = sequence[2..sequence.len() - 1].parse().unwrap_or(1_usize);
        let column = self.column;
        match sequence.chars().last() {
            Some('K') => self.line().truncate(column),
            Some('C') => self.column += count,
            Some('D') => self.column -= count.min(column),
            Some('A') => self.row -= count.min(self.row),
            Some('J') => {
                self.line().truncate(column);
                let row = self.row;
                self.rows.truncate(row + 1);
            }
            _ => {}
        }
    }

    fn text(&self) -> String {
        let lines = self.rows.iter().map(|row| {
            let line: String = row.iter().collect();
            format!("{}\n", line.trim_end())
        });
        lines.collect::<String>().trim_end().to_owned()
    }

    /// Whether the cursor stands behind a prompt, and nothing but that.
    fn is_at_prompt(&mut self) -> bool {
        let line: String = self.line().iter().collect();
        [">>>", "...", "name?"].contains(&line.trim_end())
    }
}

/// A process on a terminal of its own.
struct Session {
    child: Child,
    terminal: File,
    screen: Screen,
}

impl Session {
    /// Nothing where the system has no terminals to give.
    fn start(folder: &std::path::Path) -> Option<Session> {
        let (mut ours, mut theirs) = (0, 0);
        let size = libc::winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: both numbers are there to be filled in.
        let result = unsafe {
            libc::openpty(
                &raw mut ours,
                &raw mut theirs,
                std::ptr::null_mut(),
                std::ptr::null(),
                &raw const size,
            )
        };
        if result != 0 {
            return None;
        }
        // SAFETY: descriptors that were made a moment ago.
        let (terminal, theirs) = unsafe { (File::from_raw_fd(ours), File::from_raw_fd(theirs)) };
        let end = || Stdio::from(theirs.try_clone().expect("a descriptor"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_pyrs"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        command.arg("-q").env("TERM", "xterm").env("HOME", folder);
        command.stdin(end()).stdout(end()).stderr(end());
        // SAFETY: only system calls between fork and exec.
        unsafe {
            command.pre_exec(|| {
                libc::setsid();
                libc::ioctl(0, libc::TIOCSCTTY, 0);
                Ok(())
            });
        }
        let child = command.spawn().expect("pyrs runs");
        // SAFETY: a descriptor of our own.
        unsafe { libc::fcntl(terminal.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
        Some(Session {
            child,
            terminal,
            screen: Screen::default(),
        })
    }

    /// Reads until there is a prompt in a line after `row`, or the process has ended.
    fn wait(&mut self, row: Option<usize>) {
        let end = Instant::now() + Duration::from_secs(60);
        let mut bytes = [0; 4096];
        let mut held = Vec::new();
        while Instant::now() < end {
            match self.terminal.read(&mut bytes) {
                Ok(0) => return,
                Ok(count) => {
                    held.extend_from_slice(&bytes[..count]);
                    let text = String::from_utf8_lossy(&held).into_owned();
                    held.clear();
                    self.screen.show(&text);
                    continue;
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                // The other end was closed.
                Err(_) => return,
            }
            let further = row.is_none_or(|row| self.screen.row > row);
            if further && self.screen.is_at_prompt() {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no prompt came:\n{}", self.screen.text());
    }
}

/// Types these, each after the prompt, and compares the screen and the exit code.
fn talk(typed: &[&str], expected: &str, code: i32) {
    let folder = std::env::temp_dir().join(format!("pyrs-terminal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let Some(mut session) = Session::start(&folder) else {
        eprintln!("no terminal here: the prompt was not tried on one");
        return;
    };
    session.wait(None);
    for text in typed {
        let row = session.screen.row;
        session.terminal.write_all(text.as_bytes()).expect("a key");
        session.wait(Some(row));
    }
    let status = session.child.wait().expect("it ends");
    let _ = std::fs::remove_dir_all(&folder);
    assert_eq!(session.screen.text(), expected);
    assert_eq!(status.code(), Some(code));
}

#[test]
fn statements_blocks_errors_and_the_end() {
    let typed = [
        "1 + 1\r",
        "_ * 10\r",
        "def f():\r",
        "    return 5\r",
        "\r",
        "f()\r",
        "if 1:\r",
        "\tf()\r",
        "\r",
        "1/0\r",
        "x y\r",
        "'''a\r",
        "b'''\r",
        "\x04",
    ];
    let expected = r#">>> 1 + 1
2
>>> _ * 10
20
>>> def f():
...     return 5
...
>>> f()
5
>>> if 1:
...     f()
...
5
>>> 1/0
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
ZeroDivisionError: division by zero
>>> x y
  File "<stdin>", line 1
    x y
      ^
SyntaxError: invalid syntax
>>> '''a
... b'''
'a\nb'
>>>"#;
    talk(&typed, expected, 0);
}

#[test]
fn lines_are_edited_and_remembered() {
    let typed = [
        "12\x7f3\r",
        "\x1b[A\r",
        "ab\x01c\x05\x1b[D\x1b[Dd\r",
        "(1,\r",
        "2)\r",
        "\x1b[A\x1b[A\x1b[A4\r",
        "exit(7)\r",
    ];
    let expected = r#">>> 13
13
>>> 13
13
>>> cdab
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
NameError: name 'cdab' is not defined
>>> (1,
... 2)
(1, 2)
>>> cdab4
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
NameError: name 'cdab4' is not defined
>>> exit(7)"#;
    talk(&typed, expected, 7);
}

#[test]
fn interrupts_input_and_leaving() {
    let typed = [
        "\x03",
        "if 1:\r",
        "\x03",
        "1\r",
        "input('name? ')\r",
        "bob\r",
        "_\r",
        "exit\r",
        "raise SystemExit('bye')\r",
    ];
    let expected = r#">>>
KeyboardInterrupt
>>> if 1:
...
KeyboardInterrupt
>>> 1
1
>>> input('name? ')
name? bob
'bob'
>>> _
'bob'
>>> exit
Use exit() or Ctrl-D (i.e. EOF) to exit
>>> raise SystemExit('bye')
bye"#;
    talk(&typed, expected, 1);
}
