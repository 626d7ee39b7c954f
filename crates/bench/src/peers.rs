//! Other ways to find the entry of a question, on the same phrasings.

use anyhow::Context as _;
use faqbot::knowledge::{Id, Knowledge};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream as _};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

/// Every phrasing of a folder's entries, with its entry.
pub fn phrasings(knowledge: &Knowledge) -> Vec<(String, Id)> {
    let of = |entry: &faqbot::knowledge::Entry| {
        let texts: Vec<(String, Id)> = [&entry.question]
            .into_iter()
            .chain(&entry.phrasings)
            .map(|it| (it.text.to_lowercase(), entry.id.clone()))
            .collect();
        texts
    };
    knowledge.entries.iter().flat_map(of).collect()
}

/// The entry of the phrasing that a measure of whole strings finds most alike.
pub fn most_alike(phrasings: &[(String, Id)], question: &str, measure: fn(&str, &str) -> f64) -> Option<Id> {
    let question = question.to_lowercase();
    let similarities = phrasings.iter().map(|(phrasing, id)| (measure(&question, phrasing), id));
    similarities.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id.clone())
}

/// A search engine: BM25 over stems, each word also with up to two slips.
pub struct SearchEngine {
    reader: IndexReader,
    analyzer: TextAnalyzer,
    text: tantivy::schema::Field,
    id: tantivy::schema::Field,
}

/// What one thread may use for indexing: the least that tantivy takes, in bytes.
const INDEXING_MEMORY: usize = 15_000_000;

impl SearchEngine {
    pub fn new(phrasings: &[(String, Id)]) -> anyhow::Result<SearchEngine> {
        let analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(LowerCaser)
            .filter(Stemmer::new(Language::English))
            .build();
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("stems")
            .set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let id = schema.add_text_field("id", STRING | STORED);
        let index = Index::create_in_ram(schema.build());
        index.tokenizers().register("stems", analyzer.clone());
        let mut writer = index.writer_with_num_threads(1, INDEXING_MEMORY)?;
        for (phrasing, entry) in phrasings {
            let mut document = TantivyDocument::default();
            document.add_text(text, phrasing);
            document.add_text(id, entry.as_str());
            writer.add_document(document)?;
        }
        writer.commit()?;
        Ok(SearchEngine { reader: index.reader()?, analyzer, text, id })
    }

    pub fn first(&self, question: &str) -> anyhow::Result<Option<Id>> {
        let mut analyzer = self.analyzer.clone();
        let mut stream = analyzer.token_stream(question);
        let mut queries: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        while stream.advance() {
            let word = &stream.token().text;
            let term = Term::from_field_text(self.text, word);
            let slips = if word.chars().count() > 5 { 2 } else { 1 };
            queries.push((Occur::Should, Box::new(FuzzyTermQuery::new(term.clone(), slips, true))));
            queries.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        }
        let searcher = self.reader.searcher();
        let found = searcher.search(&BooleanQuery::new(queries), &TopDocs::with_limit(1).order_by_score())?;
        let Some((_, address)) = found.first() else { return Ok(None) };
        let document: TantivyDocument = searcher.doc(*address)?;
        let id =
            document.get_first(self.id).and_then(|it| it.as_str()).context("every document has its id")?;
        Ok(Some(Id::from(id)))
    }
}
