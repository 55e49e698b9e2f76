package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/fixdesk/fixdesk/functions/internal/session"
)

// tableTime bounds one call with all its attempts. An answer takes milliseconds; who asks waits for several of them at most.
const tableTime = 5 * time.Second

// Table keeps records in a DynamoDB table whose key is pk and sk, both strings, and whose items expire by the attribute expires. A
// record of a conversation or a request has a partition of its own; feedback of one month shares one, so that it can be listed.
type Table struct {
	name   string
	client *dynamodb.Client
}

// key returns the place of a record: pk is the group and, but for groups that are listed, the key too.
func key(group, name string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text(partition(group, name)), "sk": text(name)}
}

func partition(group, name string) string {
	if group == "session" || group == "request" {
		return group + "#" + name
	}
	return group
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// unavailable marks a call that failed after all its attempts.
func unavailable(err error) error {
	return fmt.Errorf("dynamodb: %w: %w", session.ErrUnavailable, err)
}

// Load reads what was written last, whoever wrote it.
func (t *Table) Load(ctx context.Context, group, name string) (session.Record, error) {
	ctx, cancel := context.WithTimeout(ctx, tableTime)
	defer cancel()
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: key(group, name), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return session.Record{}, unavailable(err)
	}
	if out.Item == nil {
		return session.Record{}, nil
	}
	return record(group, out.Item)
}

// record returns the record that an item holds.
func record(group string, item map[string]types.AttributeValue) (session.Record, error) {
	r := session.Record{Group: group}
	sk, ok1 := item["sk"].(*types.AttributeValueMemberS)
	version, ok2 := item["version"].(*types.AttributeValueMemberN)
	data, ok3 := item["data"].(*types.AttributeValueMemberB)
	if !ok1 || !ok2 || !ok3 {
		return r, errors.New("dynamodb: an item has not the form of a record")
	}
	r.Key, r.Data = sk.Value, data.Value
	var err error
	if r.Version, err = strconv.ParseInt(version.Value, 10, 64); err != nil {
		return r, fmt.Errorf("dynamodb: version: %w", err)
	}
	if expires, ok := item["expires"].(*types.AttributeValueMemberN); ok {
		seconds, err := strconv.ParseInt(expires.Value, 10, 64)
		if err != nil {
			return r, fmt.Errorf("dynamodb: expires: %w", err)
		}
		r.Expires = time.Unix(seconds, 0)
	}
	return r, nil
}

// unchanged is the condition that the place still holds a version.
func unchanged(version int64) (condition *string, values map[string]types.AttributeValue) {
	if version == 0 {
		return aws.String("attribute_not_exists(pk)"), nil
	}
	return aws.String("version = :v"), map[string]types.AttributeValue{":v": number(version)}
}

// Save stores a record. A call whose answer was lost is repeated, and then finds its own work done.
func (t *Table) Save(ctx context.Context, r session.Record) error {
	ctx, cancel := context.WithTimeout(ctx, tableTime)
	defer cancel()
	item := key(r.Group, r.Key)
	item["version"] = number(r.Version + 1)
	item["data"] = &types.AttributeValueMemberB{Value: r.Data}
	if !r.Expires.IsZero() {
		item["expires"] = number(r.Expires.Unix())
	}
	condition, values := unchanged(r.Version)
	_, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &t.name, Item: item, ConditionExpression: condition, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		if there, err := record(r.Group, failed.Item); err == nil && there.Version == r.Version+1 && bytes.Equal(there.Data, r.Data) {
			return nil
		}
		return session.ErrConflict
	}
	if err != nil {
		return unavailable(err)
	}
	return nil
}

// Remove deletes a record.
func (t *Table) Remove(ctx context.Context, r session.Record) error {
	ctx, cancel := context.WithTimeout(ctx, tableTime)
	defer cancel()
	condition, values := unchanged(r.Version)
	_, err := t.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &t.name, Key: key(r.Group, r.Key), ConditionExpression: condition, ExpressionAttributeValues: values,
	})
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return session.ErrConflict
	}
	if err != nil {
		return unavailable(err)
	}
	return nil
}

// List reads a group page by page. It is for an operator: functions may not query.
func (t *Table) List(ctx context.Context, group, from string) iter.Seq2[session.Record, error] {
	return func(yield func(session.Record, error) bool) {
		pages := dynamodb.NewQueryPaginator(t.client, &dynamodb.QueryInput{
			TableName:                 &t.name,
			KeyConditionExpression:    aws.String("pk = :g AND sk >= :f"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":g": text(group), ":f": text(from)},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(session.Record{}, unavailable(err))
				return
			}
			for _, item := range page.Items {
				r, err := record(group, item)
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// Create makes the table as template.yaml describes it. It is for tests and the local gateway; in the cloud the stack makes it.
func (t *Table) Create(ctx context.Context) error {
	attribute := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := t.client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            &t.name,
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk"), attribute("sk")},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		return fmt.Errorf("dynamodb: %w", err)
	}
	return nil
}
