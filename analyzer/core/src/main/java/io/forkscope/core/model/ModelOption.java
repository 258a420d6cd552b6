package io.forkscope.core.model;

/**
 * An option of a model, set under {@code options} of a scenario.
 *
 * @param name kebab-case
 * @param explanation one sentence
 * @param defaultValue what holds when it is absent
 */
public record ModelOption(String name, String explanation, String defaultValue) {}
