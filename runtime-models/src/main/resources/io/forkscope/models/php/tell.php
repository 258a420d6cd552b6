<?php
// Writes where the values of a script lie, a line a column: a name, then addresses. The column 0.1
// holds the second part of each element of the first population, 0.1:data the table of such an
// array, 0:reference what a loop by reference has put around an element, heap the main chunk.
// Source: PHP 8.2 Zend/zend_types.h (zval, zend_array, Bucket, zend_object, zend_reference).
final class Tell
{
    private const TYPES = <<<'C'
        typedef struct { uint64_t counted; uint32_t type, extra; } zval;
        typedef struct { zval value; uint64_t hash, key; } bucket;
        typedef struct { uint64_t gc; uint32_t flags, mask; uint64_t data; uint32_t used; } array;
        zval *zend_hash_str_find(void *table, const char *key, size_t bytes);
        void *zend_rebuild_symbol_table(void);
        uintptr_t zend_mm_get_heap(void);
        C;
    private const CHUNK = 2 << 20;
    private const IS_ARRAY = 7;
    private const IS_REFERENCE = 10;
    private const REFCOUNTED = 1 << 8;
    private const PACKED = 1 << 2;
    private const HEADER = 8;
    private const OBJECT_HEADER = 40;

    private static array $told = [];
    private static FFI $c;

    // shapes: null of what is not told, '' of a string, a list of shapes of an array or object
    static function elements(string $path, array $array, $shape, $key = null): void
    {
        self::$c ??= FFI::cdef(self::TYPES);
        $found = self::$c->zend_hash_str_find(self::$c->zend_rebuild_symbol_table(), 'array', 5);
        $variable = self::at('zval', $found[0]->counted); // IS_INDIRECT
        $table = self::at('array', $variable[0]->counted);
        foreach (self::values($table) as [$value, $name]) {
            if ($key !== null) {
                self::add("$path.key", $name);
            }
            self::value($key === null ? $path : "$path.value", $value, $shape);
        }
    }

    static function finish(): void
    {
        self::add('heap', self::$c->zend_mm_get_heap() & -self::CHUNK);
        $file = fopen('addresses', 'w');
        foreach (self::$told as $column => $addresses) {
            fwrite($file, "$column$addresses\n");
        }
        fclose($file);
    }

    private static function value(string $path, $value, $shape): void
    {
        if (($value->type & 0xff) === self::IS_REFERENCE) {
            self::add("$path:reference", $value->counted);
            $value = self::at('zval', $value->counted + self::HEADER)[0];
        }
        if ($shape === null || !($value->type & self::REFCOUNTED)) {
            return;
        }
        self::add($path, $value->counted);
        if ($shape === '') {
            return;
        }
        if (($value->type & 0xff) === self::IS_ARRAY) {
            $table = self::at('array', $value->counted);
            self::add("$path:data", $table[0]->data - 4 * ((1 << 32) - $table[0]->mask));
            foreach (self::values($table) as $i => [$part]) {
                self::value("$path.$i", $part, $shape[$i]);
            }
        } else {
            $parts = self::at('zval', $value->counted + self::OBJECT_HEADER);
            foreach ($shape as $i => $of) {
                self::value("$path.$i", $parts[$i], $of);
            }
        }
    }

    // each value that is there, and its key's address
    private static function values($table): Generator
    {
        $packed = $table[0]->flags & self::PACKED;
        $data = self::at($packed ? 'zval' : 'bucket', $table[0]->data);
        for ($i = 0; $i < $table[0]->used; $i++) {
            $value = $packed ? $data[$i] : $data[$i]->value;
            if ($value->type !== 0) {
                yield [$value, $packed ? 0 : $data[$i]->key];
            }
        }
    }

    private static function at(string $type, int $address)
    {
        return self::$c->cast("$type *", $address);
    }

    private static function add(string $column, int $address): void
    {
        self::$told[$column] ??= '';
        self::$told[$column] .= " $address";
    }
}
