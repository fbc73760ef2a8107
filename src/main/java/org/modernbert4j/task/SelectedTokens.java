package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.modernbert4j.FileHash;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.Selection;
import org.modernbert4j.data.Tables;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.task.Task.Source;
import org.modernbert4j.task.Task.TokenizedTexts;

/**
 * The tokens of selected texts.
 *
 * @param parts the tokens of each of {@link Selection#parts}, in its order
 * @param tables that these parts come from
 * @param statistics of all of them
 */
public record SelectedTokens(List<List<TokenizedText>> parts, List<Tables> tables, TextStatistics statistics) {
    /**
     * Encodes the texts.
     *
     * @param maxLength maximum tokens of a text; longer ones are cut
     * @param progress receives the number of encoded texts of a part
     * @throws org.modernbert4j.InputException if a text has no token, or one that the network does not know
     */
    public static SelectedTokens of(Selection selection, Tokenizing tokenizing, int maxLength, Progress progress) {
        List<Text> texts = new ArrayList<>();
        List<List<TokenizedText>> parts = new ArrayList<>();
        for (Selection.Part part : selection.parts()) {
            List<Text> ofPart =
                    part.examples().stream().map(Example::withoutLabel).toList();
            List<TokenizedText> tokens = tokenizing.cut(part.tables()::place, ofPart, maxLength, progress);
            tokenizing.requireContent(part.tables(), tokens);
            texts.addAll(ofPart);
            parts.add(tokens);
        }
        List<TokenizedText> all = parts.stream().flatMap(List::stream).toList();
        return new SelectedTokens(
                parts,
                selection.parts().stream().map(Selection.Part::tables).toList(),
                TextStatistics.of(texts, all, maxLength, tokenizing.tokenizer()));
    }

    /** The tokens for a task. */
    TokenizedTexts texts() {
        List<Source> sources = new ArrayList<>(sources(0));
        for (int part = 1; part < tables.size(); part++) {
            if (!isOfData(part)) {
                sources.addAll(sources(part));
            }
        }
        return new TokenizedTexts(parts.get(0), parts.get(1), parts.size() > 2 ? parts.get(2) : List.of(), sources);
    }

    /** Whether a part comes from the files that the training texts come from, and not from one of its own. */
    @SuppressWarnings("ReferenceEquality") // the same file may be read for another part
    private boolean isOfData(int part) {
        return tables.get(part) == tables.get(0);
    }

    /** The files of a part, with the texts of all parts that come from them. */
    private List<Source> sources(int part) {
        Tables from = tables.get(part);
        List<TokenizedText> texts = IntStream.range(0, parts.size())
                .filter(other -> other == part || (part == 0 && isOfData(other)))
                .mapToObj(parts::get)
                .flatMap(List::stream)
                .toList();
        return IntStream.range(0, from.files().size())
                .mapToObj(file -> source(
                        from.files().get(file),
                        texts.stream()
                                .filter(text -> from.number(text.row()) == file)
                                .toList()))
                .toList();
    }

    private static Source source(Path file, List<TokenizedText> texts) {
        return new Source(file, texts.size(), TokenizedText.tokens(texts.stream()), FileHash.sha256(file));
    }
}
