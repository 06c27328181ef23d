//! `Sandbox`: an outside made of memory. A script sees the files, variables, clock and randomness that the program put there, and what it
//! writes stays there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use vm::context::host::{Clock, DirEntry, Host, HostResult, Stat, errno};

const ENOTDIR: i32 = 20;
const EISDIR: i32 = 21;
const EEXIST: i32 = 17;
const EINVAL: i32 = 22;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;
const EMFILE: i32 = 24;
const ENOTEMPTY: i32 = 39;

const O_ACCMODE: i32 = 3;
const O_CREAT: i32 = 0o100;
const O_EXCL: i32 = 0o200;
const O_TRUNC: i32 = 0o1000;
const O_APPEND: i32 = 0o2000;

/// Open files at a time.
const FILES_MAX: usize = 256;

/// What a script printed. Clones share the text.
#[derive(Clone, Debug, Default)]
pub struct Output(Rc<RefCell<Vec<u8>>>);

impl Output {
    /// The bytes written so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.borrow().clone()
    }

    /// The text written so far; bytes that are no UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }

    /// Takes what was written so far.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.borrow_mut())
    }
}

type Contents = Rc<RefCell<Vec<u8>>>;

#[derive(Clone)]
enum Node {
    Directory,
    File(Contents),
}

struct OpenFile {
    contents: Contents,
    path: Vec<u8>,
    position: usize,
    readable: bool,
    writable: bool,
    append: bool,
}

/// An outside in memory; read only until `writable` says how much may be stored.
pub struct Sandbox {
    nodes: RefCell<BTreeMap<Vec<u8>, Node>>,
    open: RefCell<Vec<Option<OpenFile>>>,
    environ: RefCell<Vec<(Vec<u8>, Vec<u8>)>>,
    stdin: RefCell<std::collections::VecDeque<u8>>,
    stdout: Output,
    stderr: Output,
    output_max: usize,
    room: Cell<usize>,
    now: Duration,
    random: Cell<u64>,
    cwd: RefCell<Vec<u8>>,
}

impl Default for Sandbox {
    fn default() -> Sandbox {
        Sandbox::new()
    }
}

impl Sandbox {
    /// Nothing but an empty root directory.
    pub fn new() -> Sandbox {
        Sandbox {
            nodes: RefCell::new(BTreeMap::from([(b"/".to_vec(), Node::Directory)])),
            open: RefCell::new(Vec::new()),
            environ: RefCell::default(),
            stdin: RefCell::default(),
            stdout: Output::default(),
            stderr: Output::default(),
            output_max: 16 << 20,
            room: Cell::new(0),
            now: Duration::ZERO,
            random: Cell::new(0),
            cwd: RefCell::new(b"/".to_vec()),
        }
    }

    /// Puts a file there, and the directories above it.
    pub fn file(self, path: &str, contents: impl Into<Vec<u8>>) -> Sandbox {
        let path = self.resolve(path.as_bytes());
        {
            let mut nodes = self.nodes.borrow_mut();
            let mut directory = parent(&path);
            while !nodes.contains_key(directory) {
                nodes.insert(directory.to_vec(), Node::Directory);
                directory = parent(directory);
            }
            let contents = Rc::new(RefCell::new(contents.into()));
            nodes.insert(path, Node::File(contents));
        }
        self
    }

    /// Lets the script write up to so many bytes of files.
    pub fn writable(self, bytes: usize) -> Sandbox {
        self.room.set(bytes);
        self
    }

    /// An environment variable.
    pub fn env(self, name: &str, value: &str) -> Sandbox {
        let pair = (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        self.environ.borrow_mut().push(pair);
        self
    }

    /// What the script reads from `sys.stdin`.
    pub fn stdin(self, bytes: impl Into<Vec<u8>>) -> Sandbox {
        self.stdin.replace(bytes.into().into());
        self
    }

    /// The time since the epoch, which stands still.
    pub fn clock(mut self, now: Duration) -> Sandbox {
        self.now = now;
        self
    }

    /// The seed of what `os.urandom` and `random` give.
    pub fn random_seed(self, seed: u64) -> Sandbox {
        self.random.set(seed);
        self
    }

    /// Bytes that each output keeps, 16 MiB by default; a script that prints more gets `OSError` (no space left).
    pub fn output_max(mut self, bytes: usize) -> Sandbox {
        self.output_max = bytes;
        self
    }

    /// What the script prints.
    pub fn stdout(&self) -> Output {
        self.stdout.clone()
    }

    /// What the script prints to `sys.stderr`.
    pub fn stderr(&self) -> Output {
        self.stderr.clone()
    }

    /// An absolute path without `.`, `..` and doubled slashes.
    fn resolve(&self, path: &[u8]) -> Vec<u8> {
        let mut parts: Vec<&[u8]> = Vec::new();
        let cwd = self.cwd.borrow();
        let base: &[u8] = if path.starts_with(b"/") { b"" } else { &cwd };
        for part in base.split(|c| *c == b'/').chain(path.split(|c| *c == b'/')) {
            match part {
                b"" | b"." => {}
                b".." => {
                    parts.pop();
                }
                name => parts.push(name),
            }
        }
        let mut resolved = vec![b'/'];
        resolved.extend(parts.join(&b'/'));
        resolved
    }

    fn node(&self, path: &[u8]) -> HostResult<Node> {
        self.nodes.borrow().get(path).cloned().ok_or(errno::ENOENT)
    }

    fn check_parent(&self, path: &[u8]) -> HostResult<()> {
        match self.node(parent(path))? {
            Node::Directory => Ok(()),
            Node::File(_) => Err(ENOTDIR),
        }
    }

    fn check_writable(&self) -> HostResult<()> {
        if self.room.get() == 0 {
            Err(EROFS)
        } else {
            Ok(())
        }
    }

    fn stat_of(&self, path: &[u8], node: &Node) -> Stat {
        let time = self.now.as_nanos() as i128;
        let (mode, size) = match node {
            Node::Directory => (0o040755, 0),
            Node::File(contents) => (0o100644, contents.borrow().len() as i64),
        };
        // An inode is any number that stands for the path alone.
        let ino = path.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Stat {
            mode,
            ino,
            nlink: 1,
            size,
            atime: time,
            mtime: time,
            ctime: time,
            blksize: 4096,
            ..Stat::default()
        }
    }

    fn with_file<R>(
        &self,
        fd: i32,
        f: impl FnOnce(&mut OpenFile) -> HostResult<R>,
    ) -> HostResult<R> {
        let index = usize::try_from(fd).ok().and_then(|fd| fd.checked_sub(3));
        let mut open = self.open.borrow_mut();
        let file = index.and_then(|index| open.get_mut(index)?.as_mut());
        f(file.ok_or(errno::EBADF)?)
    }

    fn print(&self, output: &Output, bytes: &[u8]) -> HostResult<usize> {
        let mut written = output.0.borrow_mut();
        let room = self.output_max.saturating_sub(written.len());
        if room == 0 && !bytes.is_empty() {
            return Err(ENOSPC);
        }
        let count = bytes.len().min(room);
        written.extend_from_slice(&bytes[..count]);
        Ok(count)
    }
}

/// The directory a path is in.
fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|c| *c == b'/') {
        Some(0) | None => b"/",
        Some(slash) => &path[..slash],
    }
}

impl Host for Sandbox {
    fn open(&self, path: &[u8], flags: i32, _mode: u32) -> HostResult<i32> {
        let path = self.resolve(path);
        let writes = flags & O_ACCMODE != 0;
        if writes || flags & (O_CREAT | O_TRUNC) != 0 {
            self.check_writable()?;
        }
        let contents = match self.node(&path) {
            Ok(Node::Directory) if writes => return Err(EISDIR),
            Ok(Node::Directory) => Contents::default(),
            Ok(Node::File(_)) if flags & (O_CREAT | O_EXCL) == O_CREAT | O_EXCL => {
                return Err(EEXIST);
            }
            Ok(Node::File(contents)) => contents,
            Err(error) if flags & O_CREAT == 0 => return Err(error),
            Err(_) => {
                self.check_parent(&path)?;
                let contents = Contents::default();
                let node = Node::File(contents.clone());
                self.nodes.borrow_mut().insert(path.clone(), node);
                contents
            }
        };
        if flags & O_TRUNC != 0 {
            contents.borrow_mut().clear();
        }
        let file = OpenFile {
            contents,
            path,
            position: 0,
            readable: flags & O_ACCMODE != 1,
            writable: writes,
            append: flags & O_APPEND != 0,
        };
        let mut open = self.open.borrow_mut();
        let index = open.iter().position(Option::is_none).unwrap_or(open.len());
        if index >= FILES_MAX {
            return Err(EMFILE);
        }
        if index == open.len() {
            open.push(None);
        }
        open[index] = Some(file);
        Ok(index as i32 + 3)
    }

    fn close(&self, fd: i32) -> HostResult<()> {
        if (0..3).contains(&fd) {
            return Ok(());
        }
        self.with_file(fd, |_| Ok(()))?;
        if let Some(place) = self.open.borrow_mut().get_mut(fd as usize - 3) {
            *place = None;
        }
        Ok(())
    }

    fn read(&self, fd: i32, buffer: &mut [u8]) -> HostResult<usize> {
        if fd == 0 {
            let mut stdin = self.stdin.borrow_mut();
            let count = buffer.len().min(stdin.len());
            for (place, byte) in buffer.iter_mut().zip(stdin.drain(..count)) {
                *place = byte;
            }
            return Ok(count);
        }
        self.with_file(fd, |file| {
            if !file.readable {
                return Err(errno::EBADF);
            }
            let contents = file.contents.borrow();
            let rest = contents.get(file.position..).unwrap_or(&[]);
            let count = rest.len().min(buffer.len());
            buffer[..count].copy_from_slice(&rest[..count]);
            file.position += count;
            Ok(count)
        })
    }

    fn write(&self, fd: i32, bytes: &[u8]) -> HostResult<usize> {
        match fd {
            1 => return self.print(&self.stdout, bytes),
            2 => return self.print(&self.stderr, bytes),
            _ => {}
        }
        let room = self.room.get();
        self.with_file(fd, |file| {
            if !file.writable {
                return Err(errno::EBADF);
            }
            let mut contents = file.contents.borrow_mut();
            if file.append {
                file.position = contents.len();
            }
            let end = file.position.checked_add(bytes.len()).ok_or(EINVAL)?;
            let more = end.saturating_sub(contents.len());
            if more >= room {
                return Err(ENOSPC);
            }
            self.room.set(room - more);
            if contents.len() < end {
                contents.resize(end, 0);
            }
            contents[file.position..end].copy_from_slice(bytes);
            file.position = end;
            Ok(bytes.len())
        })
    }

    fn lseek(&self, fd: i32, offset: i64, whence: i32) -> HostResult<i64> {
        if (0..3).contains(&fd) {
            const ESPIPE: i32 = 29;
            return Err(ESPIPE);
        }
        self.with_file(fd, |file| {
            let base = match whence {
                0 => 0,
                1 => file.position as i64,
                2 => file.contents.borrow().len() as i64,
                _ => return Err(EINVAL),
            };
            let position = base.checked_add(offset).filter(|n| *n >= 0).ok_or(EINVAL)?;
            file.position = usize::try_from(position).map_err(|_| EINVAL)?;
            Ok(position)
        })
    }

    fn ftruncate(&self, fd: i32, len: i64) -> HostResult<()> {
        let room = self.room.get();
        self.with_file(fd, |file| {
            let len = usize::try_from(len).map_err(|_| EINVAL)?;
            let mut contents = file.contents.borrow_mut();
            let more = len.saturating_sub(contents.len());
            if !file.writable {
                return Err(EINVAL);
            }
            if more >= room {
                return Err(ENOSPC);
            }
            self.room.set(room - more);
            contents.resize(len, 0);
            Ok(())
        })
    }

    fn stat(&self, path: &[u8], _follow: bool) -> HostResult<Stat> {
        let path = self.resolve(path);
        self.node(&path).map(|node| self.stat_of(&path, &node))
    }

    fn fstat(&self, fd: i32) -> HostResult<Stat> {
        if (0..3).contains(&fd) {
            return Ok(Stat {
                mode: 0o020620,
                ..Stat::default()
            });
        }
        let (path, contents) =
            self.with_file(fd, |file| Ok((file.path.clone(), file.contents.clone())))?;
        Ok(self.stat_of(&path, &Node::File(contents)))
    }

    fn read_dir(&self, path: &[u8]) -> HostResult<Vec<DirEntry>> {
        let path = self.resolve(path);
        if let Node::File(_) = self.node(&path)? {
            return Err(ENOTDIR);
        }
        let nodes = self.nodes.borrow();
        let children = nodes
            .iter()
            .filter(|(name, _)| name.len() > 1 && parent(name) == path);
        Ok(children
            .map(|(name, node)| DirEntry {
                name: name[name.iter().rposition(|c| *c == b'/').map_or(0, |i| i + 1)..].to_vec(),
                kind: match node {
                    Node::Directory => 4,
                    Node::File(_) => 8,
                },
                ino: self.stat_of(name, node).ino,
            })
            .collect())
    }

    fn mkdir(&self, path: &[u8], _mode: u32) -> HostResult<()> {
        self.check_writable()?;
        let path = self.resolve(path);
        if self.node(&path).is_ok() {
            return Err(EEXIST);
        }
        self.check_parent(&path)?;
        self.nodes.borrow_mut().insert(path, Node::Directory);
        Ok(())
    }

    fn rmdir(&self, path: &[u8]) -> HostResult<()> {
        self.check_writable()?;
        if !self.read_dir(path)?.is_empty() {
            return Err(ENOTEMPTY);
        }
        self.nodes.borrow_mut().remove(&self.resolve(path));
        Ok(())
    }

    fn unlink(&self, path: &[u8]) -> HostResult<()> {
        self.check_writable()?;
        let path = self.resolve(path);
        match self.node(&path)? {
            Node::Directory => Err(EISDIR),
            Node::File(_) => {
                self.nodes.borrow_mut().remove(&path);
                Ok(())
            }
        }
    }

    fn rename(&self, from: &[u8], to: &[u8]) -> HostResult<()> {
        self.check_writable()?;
        let (from, to) = (self.resolve(from), self.resolve(to));
        let node = self.node(&from)?;
        self.check_parent(&to)?;
        if let Node::Directory = node {
            return Err(EINVAL);
        }
        let mut nodes = self.nodes.borrow_mut();
        nodes.remove(&from);
        nodes.insert(to, node);
        Ok(())
    }

    fn getcwd(&self) -> HostResult<Vec<u8>> {
        Ok(self.cwd.borrow().clone())
    }

    fn chdir(&self, path: &[u8]) -> HostResult<()> {
        let path = self.resolve(path);
        match self.node(&path)? {
            Node::Directory => {
                self.cwd.replace(path);
                Ok(())
            }
            Node::File(_) => Err(ENOTDIR),
        }
    }

    fn environ(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.environ.borrow().clone()
    }

    fn putenv(&self, name: &[u8], value: Option<&[u8]>) -> HostResult<()> {
        let mut environ = self.environ.borrow_mut();
        environ.retain(|(known, _)| known != name);
        if let Some(value) = value {
            environ.push((name.to_vec(), value.to_vec()));
        }
        Ok(())
    }

    fn clock(&self, _clock: Clock) -> HostResult<i128> {
        Ok(self.now.as_nanos() as i128)
    }

    fn random(&self, buffer: &mut [u8]) -> HostResult<()> {
        // SplitMix64 (Steele, Lea, Flood 2014): a sandbox's randomness is to be repeatable, not secret.
        for chunk in buffer.chunks_mut(8) {
            let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.random.set(state);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}
