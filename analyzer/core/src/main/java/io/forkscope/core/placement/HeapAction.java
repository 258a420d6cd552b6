package io.forkscope.core.placement;

/** What is done to a range of the heap; a model says with which cause, and what else is written. */
public enum HeapAction {
  /** New objects fill the range. */
  NEW_OBJECTS,
  /** A young collection copies survivors into the range. */
  SURVIVOR_COPY,
  /** A young collection copies objects into the old generation, here. */
  PROMOTION,
  /** A collection leaves a forwarding pointer in so many objects scattered over the range. */
  FORWARDING,
  /** A full collection moves objects together into the range. */
  COMPACTION,
  /** The collector gives the range back to the kernel. */
  GIVE_BACK
}
