package org.modernbert4j.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Parameter;

class SelectorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    head                     | head.fc.bias head.fc.weight
                    head.fc.bias             | head.fc.bias
                    final_norm               | final_norm.bias final_norm.weight
                    embeddings               | embeddings.norm.bias embeddings.norm.weight embeddings.tok_embeddings.weight
                    embeddings.norm          | embeddings.norm.bias embeddings.norm.weight
                    layers.3.attn.q          | layers.3.attn.q.bias layers.3.attn.q.weight
                    layers.3.attn.q.weight   | layers.3.attn.q.weight
                    layers.1-2.attn.q.weight | layers.1.attn.q.weight layers.2.attn.q.weight
                    layers.3-3.mlp.wo.bias   | layers.3.mlp.wo.bias
                    layers.0.*.wo            | layers.0.mlp.wo.bias layers.0.mlp.wo.weight
                    layers.3-9.mlp.wi.bias   | layers.3.mlp.wi.bias layers.4.mlp.wi.bias
                    layers.0-1.attn_norm.bias | layers.1.attn_norm.bias
                    head, !head.fc.bias      | head.fc.weight
                    head, !head, final_norm  | final_norm.bias final_norm.weight
                    !layers, !embeddings, !head.*.weight, !norms | head.fc.bias
                    none                     | ''
                    """)
    void selectsByWholeSegments(String text, String names) {
        assertEquals(names, names(Selector.parse(text), Networks.biased()));
    }

    @ParameterizedTest
    @CsvSource({
        "all, 180",
        "*, 180",
        "layers, 175",
        "layers.*, 175",
        "layers.0, 7",
        "layers.0-21.attn, 88",
        "layers.*.attn_norm, 21"
    })
    void selectsInTheBaseSize(String text, int parameters) {
        assertEquals(parameters, Selector.parse(text).select(Networks.base()).size());
    }

    @Test
    void layerOneIsNotLayerTen() {
        assertEquals(Set.of(1), layers(Selector.parse("layers.1").select(Networks.base())));
    }

    @Test
    void rangesIncludeBothEnds() {
        assertEquals(
                Set.of(9, 10, 11), layers(Selector.parse("layers.9-11.mlp.*").select(Networks.base())));
    }

    @Test
    void normsAreThoseOfTheEncoder() {
        Architecture published = Networks.biased(Head.named("published", 3, 0));

        Set<Parameter> norms = Selector.parse("norms").select(published);

        assertEquals(2 * (1 + 4 + 5 + 1), norms.size());
        assertEquals("head.norm.bias head.norm.weight", names(Selector.parse("head.norm"), published));
    }

    @Test
    void biasesAreThoseOfTheLstmToo() {
        assertEquals(
                "head.fc.bias head.lstm.bias_hh_l0 head.lstm.bias_ih_l0",
                names(Selector.parse("biases, !layers, !norms"), Networks.biased(Head.named("lstm-last", 3, 0.3))));
    }

    @Test
    void aNetworkMayLackAGroup() {
        assertEquals("head.fc.bias", names(Selector.parse("biases"), Networks.base()));
        assertEquals(
                Networks.base().parameters().size() - 1,
                Selector.parse("!biases").select(Networks.base()).size());
    }

    @Test
    void keepsTheOrderOfTheNetwork() {
        Architecture architecture = Networks.base();

        assertEquals(
                architecture.parameters(),
                List.copyOf(
                        Selector.parse("head, layers, final_norm, embeddings").select(architecture)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all",
                "none",
                "norms",
                "biases",
                "embeddings",
                "head.fc.bias",
                "layers.0-10",
                "layers.*.attn.q",
                "!layers.0-10, !embeddings",
                "layers.11-21.mlp.*, head, !head.fc.bias"
            })
    void textIsReadBack(String text) {
        Selector selector = Selector.parse(text);

        assertEquals(text, selector.toString());
        assertEquals(selector, Selector.parse(selector.toString()));
    }

    @ParameterizedTest
    @EnumSource
    void everyGroupIsReadAndNoneBeginsAPath(Term.Group group) {
        assertEquals(new Term(false, group), Term.parse("!" + group));
        assertEquals(
                Set.copyOf(Selector.parse(group.toString()).select(Networks.biased())),
                Networks.biased().parameters().stream().filter(group::matches).collect(Collectors.toSet()));
        Selector path = Selector.parse(group + ".weight");
        assertThrows(InputException.class, () -> path.select(Networks.biased()));
    }

    @Test
    void spacesDoNotCount() {
        assertEquals(Selector.parse("head,!head.fc"), Selector.parse("  head ,  ! head.fc "));
        assertEquals(Selector.parse("layers.3-11"), Selector.parse("layers.03-0011"));
    }

    @Test
    void matchesASingleParameter() {
        Selector selector = Selector.parse("layers.1-3, norms");

        assertTrue(selector.matches(query(1)));
        assertFalse(selector.matches(query(0)));
    }

    private static Parameter query(int layer) {
        return Networks.base().parameters().stream()
                .filter(parameter -> parameter.name().equals("layers." + layer + ".attn.q.weight"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Wq", "q", "attn", "layers.*.attn.Wq", "layers.*.Wqkv", "layers.*.q", "layer", "head.f", "norm"})
    void partsOfNamesMatchNothing(String text) {
        Selector selector = Selector.parse(text);

        assertTrue(Networks.base().parameters().stream().noneMatch(selector::matches));
        assertThrows(InputException.class, () -> selector.select(Networks.base()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    layer.3            | "layer" is not known; near names: layers
                    heads              | "heads" is not known; near names: head
                    norm               | "norm" is not known; near names: norms
                    layers.*.attn.w    | "layers.*.attn.w" is not known; near names: layers.*.attn.q, layers.*.attn.k,
                    layers.22          | "layers.22" is not known; near names: layers.2, layers.12, layers.20
                    layers.0.attn_norm | "layers.0.attn_norm" is not known; near names: layers.0.mlp_norm,
                    head.fc.bias.x     | "head.fc.bias.x" is not known; near names: head.fc.bias
                    head, !layers.30-40.attn | "layers.30-40" is not known; near names: layers.
                    nope               | "nope" is not known; use one of embeddings,
                    """)
    void whatMatchesNothingIsAnErrorWithNearNames(String text, String message) {
        Selector selector = Selector.parse(text);

        InputException e = assertThrows(InputException.class, () -> selector.select(Networks.base()));

        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().startsWith("selector term \""), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''           | selector term "": found ""
                    head,        | selector term "": found ""
                    layers..attn | selector term "layers..attn": found ""
                    layers.q*    | found "q*", expected a name, a number, * or a range such as 0-10
                    layers.-2    | found "-2"
                    layers.10-3  | found the range 10-3, expected the smaller number first
                    layers.0-99999999999 | found "0-99999999999"
                    !!head       | found "!head"
                    head head    | found "head head"
                    """)
    void whatIsNoSelectorIsAnError(String text, String message) {
        InputException e = assertThrows(InputException.class, () -> Selector.parse(text));

        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static String names(Selector selector, Architecture architecture) {
        return String.join(
                " ",
                selector.select(architecture).stream()
                        .map(Parameter::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Set<Integer> layers(Set<Parameter> parameters) {
        return parameters.stream()
                .map(parameter -> parameter.place().layer().orElseThrow())
                .collect(Collectors.toSet());
    }
}
