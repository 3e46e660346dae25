/** What a violation is about: where its timeline begins. */
export type Subject = {
  kind: 'order' | 'sku' | 'customer' | 'key' | 'event' | 'record' | 'document' | 'discount' | 'group' | 'run';
  id: string;
  /** Where the subject belongs to an order. */
  orderId?: string;
};

export type Violation = { subject: Subject; sentence: string };

export const about = (kind: Subject['kind'], id: string, sentence: string, orderId?: string): Violation => ({
  subject: { kind, id, ...(orderId !== undefined && { orderId }) },
  sentence,
});

export const aboutOrder = (orderId: string, sentence: string): Violation => about('order', orderId, `${orderId} ${sentence}`, orderId);
