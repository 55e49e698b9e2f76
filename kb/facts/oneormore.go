package facts

import "encoding/json"

// OneOrMore is a list that may be written as a single value.
type OneOrMore []string

// UnmarshalJSON takes a string or a list of strings.
func (o *OneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*o = OneOrMore{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list) == 0 {
		list = []string{Empty}
	}
	*o = list
	return nil
}
