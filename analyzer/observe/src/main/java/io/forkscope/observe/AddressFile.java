package io.forkscope.observe;

import io.forkscope.core.model.ObservedAddresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Reads what a program has told of addresses: a line a column, a name and decimal addresses. */
final class AddressFile {
  private AddressFile() {}

  /** The addresses of a file; none if there is no file. */
  static ObservedAddresses read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return ObservedAddresses.NONE;
    }
    Map<String, long[]> columns = new TreeMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        long[] addresses = new long[words.length - 1];
        for (int i = 0; i < addresses.length; i++) {
          addresses[i] = address(words[i + 1], words[0]);
        }
        columns.put(words[0], addresses);
      }
    }
    return new ObservedAddresses(columns);
  }

  private static long address(String word, String column) throws IOException {
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw new IOException("the program told no address in column " + column + ": " + word, e);
    }
  }
}
