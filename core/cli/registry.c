const int ob_registry_placeholder;
