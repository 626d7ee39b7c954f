//! Sheets of Excel and OpenDocument.

use std::io::Cursor;

use calamine::{Data, OdsError, Reader, Sheets, XlsError, XlsxError, open_workbook_auto_from_rs};
use zip::ZipArchive;

use super::Input;
use super::rows::{Grid, Row};

/// More rows than this are not an FAQ that somebody wrote.
const MOST_ROWS: usize = 200_000;

/// A workbook that is unpacked to more bytes was made to fill memory: it may be a thousand times as large as its file, which
/// is at most 64 MB.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;

/// The sheets of a workbook that are not empty; or why they cannot be read.
pub(super) fn grids(input: &Input) -> Result<Vec<Grid>, String> {
    let n_bytes = unpacked(&input.bytes);
    if n_bytes > MOST_UNPACKED {
        let megabytes = n_bytes / (1024 * 1024);
        return Err(format!(
            "this workbook has {megabytes} MB when it is unpacked; at most 256 MB are read: save only the sheet with the \
             questions, as CSV"
        ));
    }
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(input.bytes.as_slice())).map_err(explain)?;
    let names = workbook.sheet_names();
    let several = names.len() > 1;
    let mut grids = Vec::new();
    for name in names {
        let range = workbook.worksheet_range(&name).map_err(explain)?;
        let Some((top, left)) = range.start() else { continue };
        if range.height() > MOST_ROWS {
            return Err(format!("the sheet “{name}” has {} rows; at most 200,000 are read", range.height()));
        }
        let mut rows: Vec<Row> = range
            .rows()
            .enumerate()
            .map(|(n, cells)| {
                let mut row = Row { number: top as usize + n + 1, ..Row::default() };
                // Columns are counted from the left edge of the sheet.
                row.cells = vec![String::new(); left as usize];
                for cell in cells {
                    if let Data::Error(error) = cell {
                        row.broken.push((row.cells.len(), error.to_string()));
                    }
                    row.cells.push(text(cell));
                }
                row
            })
            .collect();
        if let Sheets::Xlsx(workbook) = &mut workbook {
            for area in workbook.merge_cells_by_sheet_name(&name).map_err(|error| explain(error.into()))? {
                fill(&mut rows, top as usize, area.start, area.end);
            }
        }
        let file = if several { format!("{}, sheet “{name}”", input.name) } else { input.name.clone() };
        grids.push(Grid { file, rows, is_sheet: true });
    }
    if grids.is_empty() {
        return Err("there is nothing in this workbook".into());
    }
    Ok(grids)
}

/// How many bytes the parts of a workbook have in all; 0 for one that is no ZIP archive.
fn unpacked(bytes: &[u8]) -> u64 {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return 0 };
    let sizes = (0..archive.len()).filter_map(|index| Some(archive.by_index_raw(index).ok()?.size()));
    sizes.fold(0, u64::saturating_add)
}

/// Merged cells show one value: each of them has it.
fn fill(rows: &mut [Row], top: usize, start: (u32, u32), end: (u32, u32)) {
    let at = |row: u32| (row as usize).checked_sub(top);
    let Some(value) = at(start.0).and_then(|it| rows.get(it)?.cells.get(start.1 as usize).cloned()) else {
        return;
    };
    for row in start.0..=end.0 {
        let Some(row) = at(row).and_then(|it| rows.get_mut(it)) else { continue };
        // Across, only the first column counts: a title over all columns is not a question.
        if let Some(cell) = row.cells.get_mut(start.1 as usize) {
            cell.clone_from(&value);
        }
    }
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::DateTime(date) => {
            let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
            match (hour, minute) {
                (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ if date.as_f64() < 1.0 => format!("{hour:02}:{minute:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        Data::Error(_) | Data::Empty => String::new(),
        other => other.to_string(),
    }
}

fn explain(error: calamine::Error) -> String {
    match error {
        calamine::Error::Ods(OdsError::Password)
        | calamine::Error::Xlsx(XlsxError::Password)
        | calamine::Error::Xls(XlsError::Password) => {
            "this workbook is locked with a password: save a copy without one".into()
        }
        other => format!("this workbook cannot be read ({other}): open it and save it again, or as CSV"),
    }
}
