package io.forkscope.models.cpython;

import io.forkscope.core.memory.WriteSink;
import java.util.Arrays;

/**
 * Steps on the attributes of elements, their namespaces, and the items of elements that are dicts.
 */
final class AttributeActions {

  private static final int REFCOUNT_BYTES = 8;

  private final ProcessState state;

  AttributeActions(ProcessState state) {
    this.state = state;
  }

  private static int attributeIndex(Node node, String name) {
    return Arrays.asList(node.value.attribute("keys", "").split(",", -1)).indexOf(name);
  }

  void read(HeldPopulation held, String name, WriteSink references) {
    Node node = held.root;
    held.touch(ElementActions.element(held), references);
    if (node.kind("function")) {
      if (!state.rules.namesAreImmortal()) {
        held.write(node, node.third, references, 0, REFCOUNT_BYTES);
      }
      return;
    }
    if (node.kind("object") && !node.third.isEmpty()) {
      held.write(node, node.third, references, node.thirdHeaderOffset, REFCOUNT_BYTES);
    }
    int index = attributeIndex(node, name);
    if (index >= 0) {
      held.touch(node.parts.get(index), references);
    }
  }

  void write(HeldPopulation held, String name) {
    Node node = held.root;
    held.touch(ElementActions.element(held), state.references());
    WriteSink store = state.sink(CPythonCauses.STORE);
    if (node.kind("function")) {
      makeFunctionDicts(held, store);
      state.heap.allocate(CPythonHeap.Domain.OBJECT, state.layout.keysBytes(1, true), held.length);
      return;
    }
    int index = Math.max(0, attributeIndex(node, name));
    if (node.kind("object")) {
      if (!node.third.isEmpty()) {
        held.write(node, node.third, state.references(), node.thirdHeaderOffset, REFCOUNT_BYTES);
      }
      held.write(node, node.second, store, 8 * index, 8);
    }
    held.write(node, node.object, store, node.headerOffset + 16, 8);
    if (index < node.parts.size()) {
      drop(held, node.parts.get(index), state.sink(CPythonCauses.RELEASE));
    }
  }

  /** Looking at __dict__: the dict is there to 3.10, and made on the first look from 3.11 on. */
  void readNamespace(HeldPopulation held, WriteSink references) {
    Node node = held.root;
    held.touch(ElementActions.element(held), references);
    if (!node.kind("object")) {
      if (node.kind("function")) {
        makeFunctionDicts(held, state.sink(CPythonCauses.DICT_LINK));
      }
    } else if (!node.third.isEmpty()) {
      held.write(node, node.third, references, node.thirdHeaderOffset, REFCOUNT_BYTES);
    } else {
      held.write(node, node.object, state.sink(CPythonCauses.DICT_LINK), 0, 16);
      state.heap.allocate(CPythonHeap.Domain.OBJECT, state.layout.dictBytes(), held.length);
      FullCollection.makeContainers(state, held.length, held.length);
    }
  }

  /** A function has no dict until one is asked for: Objects/funcobject.c, func_dict. */
  private void makeFunctionDicts(HeldPopulation held, WriteSink links) {
    Node node = held.root;
    held.write(node, node.object, links, node.headerOffset + state.layout.functionDictOffset(), 8);
    state.heap.allocate(CPythonHeap.Domain.OBJECT, state.layout.dictBytes(), held.length);
    FullCollection.makeContainers(state, held.length, 0); // untracked, but counted
  }

  void writeItem(HeldPopulation held, String key) {
    Node node = held.root;
    held.touch(ElementActions.element(held), state.references());
    int index = attributeIndex(node, key);
    if (index >= 0 && node.parts.get(index).kind("none") && state.rules.dictsKeepSameValue()) {
      return;
    }
    held.write(node, node.second, state.sink(CPythonCauses.STORE), 48, 24);
    if (index >= 0) {
      drop(held, node.parts.get(index), state.sink(CPythonCauses.RELEASE));
    }
  }

  /** A value that is dropped drops what it holds. */
  private static void drop(HeldPopulation held, Node node, WriteSink release) {
    held.touch(node, release);
    if (node.kind("list") || node.kind("dict") || node.kind("object")) {
      held.write(node, node.second, release, 0, Long.BYTES); // items, keys, values
    }
    if (node.kind("object") && !node.third.isEmpty()) {
      held.write(node, node.third, release, node.thirdHeaderOffset, Long.BYTES);
    }
    node.parts.forEach(part -> drop(held, part, release));
  }
}
