//! What is in an image: its files, as `docker export` gives them, its configuration and its size.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io::Read;

use serde_json::Value;
use tar::{Archive, EntryType};

/// An image.
pub(crate) struct Image {
    /// By path, without a leading `/`.
    pub(crate) files: BTreeMap<String, File>,
    /// What `docker inspect` calls `Config`.
    pub(crate) configuration: Value,
    /// Of all layers, in bytes.
    pub(crate) size: u64,
}

/// A file, folder or link of an image. When it was changed is not compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct File {
    kind: u8,
    mode: u32,
    owner: (u64, u64),
    size: u64,
    /// Of the content, or of the target of a symbolic link.
    hash: u64,
}

impl Image {
    /// From the archive of all files and the answer of `docker image inspect`.
    pub(crate) fn read(archive: impl Read, inspected: &Value) -> Image {
        Image {
            files: files(archive),
            configuration: inspected["Config"].clone(),
            size: inspected["Size"].as_u64().unwrap(),
        }
    }
}

fn files(archive: impl Read) -> BTreeMap<String, File> {
    let mut files = BTreeMap::new();
    let mut links = Vec::new();
    for entry in Archive::new(archive).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = plain(&entry.path_bytes());
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        let header = entry.header();
        if header.entry_type() == EntryType::Link {
            links.push((path, plain(&target)));
            continue;
        }
        let (kind, mode) = (header.entry_type().as_byte(), header.mode().unwrap());
        let owner = (header.uid().unwrap(), header.gid().unwrap());
        let mut hasher = DefaultHasher::new();
        hasher.write(&target);
        let mut piece = [0; 1 << 16];
        let mut size = 0;
        while let length @ 1.. = entry.read(&mut piece).unwrap() {
            hasher.write(&piece[..length]);
            size += length as u64;
        }
        files.insert(path, File { kind, mode, owner, size, hash: hasher.finish() });
    }
    // Which of several names is the link is chance.
    for (path, target) in links {
        let file = files[&target].clone();
        files.insert(path, file);
    }
    files
}

fn plain(path: &[u8]) -> String {
    String::from_utf8_lossy(path).trim_start_matches("./").trim_matches('/').to_owned()
}
